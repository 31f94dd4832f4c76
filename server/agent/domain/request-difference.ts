import type { RequestCounters } from "./request-counters.ts";

/** Requests between two scrapes, by duration. */
export interface RequestDifference {
  /** Upper bounds in seconds. */
  readonly bounds: readonly number[];
  /** Requests in each bucket; one entry more than bounds. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
  readonly errors: number;
}

/**
 * What `current` shows beyond `previous`; null: everything that it shows. Scrapes that were missed in between take nothing
 * away: counters only grow. Where they do not, they began anew, and everything they show is new (as in Prometheus' `increase`).
 */
export function differenceOf(previous: RequestCounters | null, current: RequestCounters): RequestDifference {
  const bounds = previous ? current.bounds.filter((bound) => previous.bounds.includes(bound)) : current.bounds;
  const now = cumulativeAt(current, bounds);
  const before = previous ? cumulativeAt(previous, bounds) : null;
  const isNew = !before || !previous || beganAnew(previous, current) || now.some((count, index) => count < (before[index] ?? 0));
  if (isNew)
    return {
      bounds: current.bounds,
      counts: perBucket(current.cumulative),
      sumSeconds: Math.max(0, current.sumSeconds),
      errors: current.errors,
    };
  const grown = now.map((count, index) => count - (before[index] ?? 0));
  return {
    bounds,
    counts: perBucket(grown),
    sumSeconds: Math.max(0, current.sumSeconds - previous.sumSeconds),
    errors: current.errors < previous.errors ? current.errors : current.errors - previous.errors,
  };
}

const beganAnew = (previous: RequestCounters, current: RequestCounters): boolean =>
  previous.createdSeconds !== null && current.createdSeconds !== null && previous.createdSeconds !== current.createdSeconds;

const cumulativeAt = (counters: RequestCounters, bounds: readonly number[]): number[] => [
  ...bounds.map((bound) => counters.cumulative[counters.bounds.indexOf(bound)] ?? 0),
  counters.cumulative.at(-1) ?? 0,
];

/** Whole requests a bucket. A page that was rendered while it was counted may be out by some: all of them stay, in a later bucket. */
function perBucket(cumulative: readonly number[]): number[] {
  const all = Math.round(cumulative.at(-1) ?? 0);
  let before = 0;
  return cumulative.map((count) => {
    const upTo = Math.min(all, Math.max(before, Math.round(count)));
    const inBucket = upTo - before;
    before = upTo;
    return inBucket;
  });
}

/** Both together, over the bounds that both have. */
export function merge(a: RequestDifference, b: RequestDifference): RequestDifference {
  const bounds = isWithout(a) ? b.bounds : isWithout(b) ? a.bounds : a.bounds.filter((bound) => b.bounds.includes(bound));
  const [first, second] = [rebound(a, bounds), rebound(b, bounds)];
  return {
    bounds,
    counts: first.map((count, index) => count + (second[index] ?? 0)),
    sumSeconds: a.sumSeconds + b.sumSeconds,
    errors: a.errors + b.errors,
  };
}

/** A difference that has neither requests nor bounds takes on the other's. */
const isWithout = (difference: RequestDifference): boolean => difference.bounds.length === 0 && totalOf(difference) === 0;

export const NOTHING: RequestDifference = { bounds: [], counts: [0], sumSeconds: 0, errors: 0 };

export const totalOf = ({ counts }: RequestDifference): number => counts.reduce((sum, count) => sum + count, 0);

/** Onto fewer bounds: a bucket goes where its upper bound falls, so nothing looks faster than it was. */
export function rebound({ bounds, counts }: RequestDifference, onto: readonly number[]): number[] {
  const target = onto.map(() => 0).concat(0);
  counts.forEach((count, index) => {
    const upper = bounds[index] ?? Number.POSITIVE_INFINITY;
    const found = onto.findIndex((bound) => bound >= upper);
    const at = found < 0 ? onto.length : found;
    target[at] = (target[at] ?? 0) + count;
  });
  return target;
}
