import { sumOf, type Seen } from "../../kpi-intake/domain/figures.ts";
import type { Bucket, Flow, InstanceUse } from "./bucket.ts";

export interface CallPoint extends Seen {
  readonly atMs: number;
}

export interface CallSeries {
  readonly component: string;
  readonly dataCenter: string;
  readonly points: readonly CallPoint[];
}

/** What callers got, by component and serving place; buckets without requests are left out: they say nothing. */
export const callsByPlace = (buckets: readonly Bucket[]): CallSeries[] =>
  seriesOf(
    buckets,
    ({ flows }) => flows,
    (flow) => `${flow.component}\n${flow.dataCenter ?? flow.entry}`,
  );

/** What users got, by component and their region (in the place of a data centre). */
export const usersByRegion = (buckets: readonly Bucket[]): CallSeries[] =>
  seriesOf(
    buckets,
    ({ flows }) => flows.filter((flow) => flow.user && flow.region !== null),
    (flow: Flow) => `${flow.component}\n${flow.region ?? ""}`,
  );

/** What instances did, by component and place: the agents' view. */
export const workByPlace = (buckets: readonly Bucket[]): CallSeries[] =>
  seriesOf(
    buckets,
    ({ instances }) => instances,
    (use: InstanceUse) => `${use.component}\n${use.dataCenter}`,
  );

function seriesOf<T extends Seen>(
  buckets: readonly Bucket[],
  itemsOf: (bucket: Bucket) => readonly T[],
  keyOf: (item: T) => string,
): CallSeries[] {
  const all = new Map<string, CallPoint[]>();
  for (const bucket of buckets) {
    for (const [key, items] of Map.groupBy(itemsOf(bucket), keyOf)) {
      const point = { atMs: bucket.atMs, ...sumOf(items) };
      if (point.requests === 0) continue;
      const points = all.get(key) ?? [];
      points.push(point);
      all.set(key, points);
    }
  }
  return [...all].map(([key, points]) => {
    const [component = "", dataCenter = ""] = key.split("\n");
    return { component, dataCenter, points };
  });
}
