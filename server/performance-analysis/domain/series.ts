import { merge } from "../../kpi-intake/domain/histogram.ts";
import type { Bucket, Flow, InstanceUse } from "./bucket.ts";

export interface CallPoint {
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly counts: readonly number[];
}

export interface CallSeries {
  readonly component: string;
  readonly dataCenter: string;
  readonly points: readonly CallPoint[];
}

interface Counted {
  readonly requests: number;
  readonly errors: number;
  readonly counts: readonly number[];
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

function seriesOf<T extends Counted>(
  buckets: readonly Bucket[],
  itemsOf: (bucket: Bucket) => readonly T[],
  keyOf: (item: T) => string,
): CallSeries[] {
  const all = new Map<string, CallPoint[]>();
  for (const bucket of buckets) {
    for (const [key, items] of Map.groupBy(itemsOf(bucket), keyOf)) {
      const point = items.reduce<CallPoint>(
        (sum, item) => ({
          atMs: bucket.atMs,
          requests: sum.requests + item.requests,
          errors: sum.errors + item.errors,
          counts: merge(sum.counts, item.counts),
        }),
        { atMs: bucket.atMs, requests: 0, errors: 0, counts: [] },
      );
      if (point.requests > 0) all.set(key, [...(all.get(key) ?? []), point]);
    }
  }
  return [...all].map(([key, points]) => {
    const [component = "", dataCenter = ""] = key.split("\n");
    return { component, dataCenter, points };
  });
}
