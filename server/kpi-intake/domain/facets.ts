/** What a roll-up answers, and from which rows: one table a facet and level. The words are columns of ours, put into SQL as they are. */
export interface Facet {
  readonly name: "service" | "region" | "density" | "instance";
  readonly source: "traffic_sample" | "kpi_sample";
  /** Key columns beside the time, each with what it is in the raw table. */
  readonly keys: Readonly<Record<string, string>>;
  /** Which raw rows count. */
  readonly where: string;
}

export type Level = "raw" | "minute" | "hour";

/** What nobody served has no place: an empty one in a key. */
const PLACE = "coalesce(data_center, '')";

export const FACETS = {
  service: {
    name: "service",
    source: "traffic_sample",
    keys: { component_key: "component_key", data_center: PLACE },
    where: "true",
  },
  region: {
    name: "region",
    source: "traffic_sample",
    keys: { component_key: "component_key", region: "region", data_center: PLACE },
    where: "is_user and region is not null",
  },
  density: {
    name: "density",
    source: "traffic_sample",
    keys: { component_key: "component_key", cell: "coalesce(cell, '')", country: "coalesce(country, '')" },
    where: "is_user",
  },
  instance: {
    name: "instance",
    source: "kpi_sample",
    keys: { component_key: "component_key", data_center: "data_center", instance: "instance" },
    where: "true",
  },
} as const satisfies Record<string, Facet>;

export const tableOf = (facet: Facet, level: Level): string => (level === "raw" ? facet.source : `${facet.name}_${level}`);
