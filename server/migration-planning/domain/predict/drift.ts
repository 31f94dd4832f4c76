import { BUCKET_MS, type Bucket } from "../../../performance-analysis/domain/bucket.ts";
import type { Group } from "./evidence.ts";

/** How the requests of each entry's users grow or shrink: factor of today's rate after so many ms. */
export type Drift = (entry: string, aheadMs: number) => number;

const LOOK_BACK_BUCKETS = 30;
/** A straight line says nothing about far away: rates are at most thrice what they are, and at least a third. */
const FACTOR_MAX = 3;
const REQUESTS_MIN = 60;

/** No change: for evidence too thin to see one. */
export const NO_DRIFT: Drift = () => 1;

/** A straight line by least squares through the last five minutes of each entry's users, all components together. */
export function driftOf(buckets: readonly Bucket[]): Drift {
  const recent = buckets.slice(-LOOK_BACK_BUCKETS - 1, -1);
  const entries = new Set(recent.flatMap(({ flows }) => flows.filter(({ user }) => user).map(({ entry }) => entry)));
  const lines = new Map([...entries].map((entry) => [entry, lineOf(recent.map((bucket) => requestsAt(bucket, entry)))]));
  return (entry, aheadMs) => {
    const line = lines.get(entry);
    if (!line || line.level <= 0) return 1;
    const factor = (line.level + line.slope * (aheadMs / BUCKET_MS)) / line.level;
    return Math.min(FACTOR_MAX, Math.max(1 / FACTOR_MAX, factor));
  };
}

const requestsAt = ({ flows }: Bucket, entry: string): number =>
  flows.reduce((sum, flow) => (flow.user && flow.entry === entry ? sum + flow.requests : sum), 0);

/** Level at the end and slope a bucket; none where there are too few requests or buckets to draw a line through. */
function lineOf(values: readonly number[]): { level: number; slope: number } | null {
  const n = values.length;
  const total = values.reduce((sum, value) => sum + value, 0);
  if (n < 6 || total < REQUESTS_MIN) return null;
  const middle = (n - 1) / 2;
  const spread = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = values.reduce((sum, value, index) => sum + (index - middle) * value, 0) / spread;
  return { level: Math.max(total / n / 4, total / n + slope * middle), slope };
}

/** The same groups with the rates of a later moment; calls follow the users only as far as they are known to, so they stay. */
export const drifted = (groups: readonly Group[], drift: Drift, aheadMs: number): readonly Group[] =>
  groups.map((group) =>
    group.user ? { ...group, requestsPerSecond: group.requestsPerSecond * drift(group.entry, aheadMs) } : group,
  );
