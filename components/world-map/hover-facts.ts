import { countryName, milliseconds, number, percent } from "../ui/format.ts";
import { wordOf } from "../ui/status.tsx";

export interface Facts {
  readonly title: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
}

type Properties = Readonly<Record<string, unknown>>;

const num = (properties: Properties, key: string): number | null => {
  const value = properties[key];
  return typeof value === "number" && value >= 0 ? value : null;
};
const text = (properties: Properties, key: string): string => {
  const value = properties[key];
  return typeof value === "string" ? value : "";
};

/** What a card says of the feature under the pointer, by its layer; nothing of what has its own words on the map. */
const FACTS: Readonly<Record<string, (properties: Properties) => Facts>> = {
  users: (properties) => ({
    title: text(properties, "country") === "" ? "Users" : `Users in ${countryName(text(properties, "country"))}`,
    rows: [
      ["Requests, 5 min", number(num(properties, "requests"))],
      ["p50", milliseconds(num(properties, "latencyP50"))],
      ["p95", milliseconds(num(properties, "latency"))],
    ],
  }),
  link: (properties) => ({
    title: `${text(properties, "from")} to ${text(properties, "to")}`,
    rows: [
      ["RTT", milliseconds(num(properties, "rtt"))],
      ["Traffic", `${number(num(properties, "requestsPerSecond"))} req/s`],
    ],
  }),
  dc: (properties) => ({
    title: text(properties, "city"),
    rows: [
      ["State", wordOf(text(properties, "state"))],
      ["Instances", number(num(properties, "instances"))],
      ["CPU asked for", percent(num(properties, "cpuShare"))],
    ],
  }),
};

/** Layers that answer the pointer, the uppermost first. */
export const HOVERED_LAYERS = ["dc", "link", "users"] as const;

export const factsOf = (layer: string, properties: Properties): Facts | null => FACTS[layer]?.(properties) ?? null;
