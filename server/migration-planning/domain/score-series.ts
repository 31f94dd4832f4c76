import { quantile, sumCounts } from "../../kpi-intake/domain/histogram.ts";
import type { ComponentRecord, DataCenterRecord } from "../../component-registry/domain/registry.ts";
import { placementsOf } from "../../component-registry/domain/status.ts";
import { BUCKET_MS, type Bucket, type Flow } from "../../performance-analysis/domain/bucket.ts";
import { lowestRate } from "./predict/wilson.ts";
import type { Model } from "./predict/model.ts";
import { performance } from "./terms/performance.ts";
import { proximity } from "./terms/proximity.ts";
import type { TermQuestion } from "./terms/term.ts";

/** Each point looks back over so many buckets, so that a quiet bucket is not a jump. */
const TRAILING = 3;
const POINTS = 18;
const REQUESTS_MIN = 20;

export interface ScoreSeries {
  readonly performance: readonly number[];
  /** Null: the component has no users of its own. */
  readonly proximity: readonly number[] | null;
}

/** Performance and proximity of a component where it is, over the last three minutes, one point a bucket. */
export function scoreSeries(
  component: ComponentRecord,
  place: DataCenterRecord,
  buckets: readonly Bucket[],
  model: Model,
): ScoreSeries {
  const lastMs = Math.floor(model.now.getTime() / BUCKET_MS) * BUCKET_MS;
  const ends = Array.from({ length: POINTS }, (_, index) => lastMs - (POINTS - 1 - index) * BUCKET_MS);
  const points = ends.flatMap((endMs) => {
    const seen = buckets.filter(({ atMs }) => atMs > endMs - TRAILING * BUCKET_MS && atMs <= endMs);
    const question = questionAt(component, place, seen, model);
    const score = question === null ? null : performance.score(question);
    return question === null || score === null ? [] : [{ performance: score, proximity: proximity.score(question) }];
  });
  const near = points.map((point) => point.proximity).filter((score) => score !== null);
  return {
    performance: points.map((point) => point.performance),
    proximity: near.length === points.length && near.length > 0 ? near : null,
  };
}

function questionAt(
  component: ComponentRecord,
  place: DataCenterRecord,
  buckets: readonly Bucket[],
  { registry, rttMs }: Model,
): TermQuestion | null {
  const flows = buckets.flatMap((bucket) => bucket.flows).filter((flow) => flow.component === component.key);
  const uses = buckets.flatMap((bucket) => bucket.instances).filter((use) => use.component === component.key);
  const users = flows.filter((flow) => flow.user);
  const source = users.length > 0 ? users : flows.length > 0 ? flows : uses;
  const all = flows.length > 0 ? flows : uses;
  const requests = all.reduce((sum, item) => sum + item.requests, 0);
  if (requests < REQUESTS_MIN) return null;
  const seconds = (Math.max(1, buckets.length) * BUCKET_MS) / 1000;
  const counts = sumCounts(source.map((item) => item.counts));
  const errors = all.reduce((sum, item) => sum + item.errors, 0);
  const instances = placementsOf(registry.instances, component.key).reduce((sum, { ready }) => sum + ready, 0);
  return {
    component,
    place,
    service: {
      latencyMsP95: quantile(counts, 0.95),
      requestsPerSecond: requests / seconds,
      errorRate: lowestRate(errors, requests),
      instances,
    },
    users: users.map((flow: Flow) => ({
      rttMs: flow.accessMs + rttMs(flow.entry, place.name),
      requestsPerSecond: flow.requests / seconds,
    })),
    calls: [],
    cost: null,
    freeShare: 1,
    isPresent: true,
    hoursSinceMove: null,
  };
}
