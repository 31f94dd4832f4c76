/**
 * Latency as counts over fixed bounds in ms: two histograms are merged by adding. Each bound is 5 % above the one before it,
 * from 0.5 ms to 60 s, so a quantile is at most 5 % away from the latency that was measured; the last count is all above.
 */
const SMALLEST_MS = 0.5;
const GROWTH = 1.05;
const BOUNDS = 241;
const LOG_GROWTH = Math.log(GROWTH);

/** Rounded, so that every machine has the same numbers. */
export const LATENCY_BOUNDS_MS: readonly number[] = Array.from({ length: BOUNDS }, (_, index) =>
  Number((SMALLEST_MS * GROWTH ** index).toPrecision(8)),
);
export const BINS = BOUNDS + 1;
const LAST = BOUNDS - 1;

export const emptyCounts = (): number[] => new Array<number>(BINS).fill(0);

const lowOf = (bin: number): number => (bin === 0 ? 0 : (LATENCY_BOUNDS_MS[bin - 1] ?? 0));

/** The bin whose bounds hold `ms`; a latency on a bound belongs below it. */
export function binOf(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  const guess = Math.min(BOUNDS, Math.max(1, Math.ceil(Math.log(ms / SMALLEST_MS) / LOG_GROWTH)));
  // The logarithm is off by one where a latency is next to a bound.
  if (ms <= lowOf(guess)) return guess - 1;
  return guess < BOUNDS && ms > (LATENCY_BOUNDS_MS[guess] ?? 0) ? guess + 1 : guess;
}

export function observe(counts: number[], ms: number): void {
  const at = binOf(ms);
  counts[at] = (counts[at] ?? 0) + 1;
}

/** Histograms added into one, whatever their order. */
export function sumCounts(histograms: Iterable<readonly number[]>): number[] {
  const sum = emptyCounts();
  for (const counts of histograms) {
    for (let bin = 0; bin < counts.length; bin += 1) {
      const count = counts[bin] ?? 0;
      if (count !== 0) sum[bin] = (sum[bin] ?? 0) + count;
    }
  }
  return sum;
}

const totalOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** The latency that a share `q` (0..1) of requests did not exceed, straight between bounds; null without requests. */
export const quantile = (counts: readonly number[], q: number): number | null => quantiles(counts, [q])[0] ?? null;

/** Several of them, for rising shares, in one pass: a chart asks for thousands. */
export function quantiles(counts: readonly number[], shares: readonly number[]): (number | null)[] {
  const total = totalOf(counts);
  if (total === 0) return shares.map(() => null);
  let [bin, before] = [0, 0];
  return shares.map((share) => {
    const wanted = share * total;
    while (bin <= LAST && !((counts[bin] ?? 0) > 0 && before + (counts[bin] ?? 0) >= wanted)) {
      before += counts[bin] ?? 0;
      bin += 1;
    }
    // Of what is above the last bound only that is known.
    if (bin > LAST) return LATENCY_BOUNDS_MS[LAST] ?? null;
    const low = lowOf(bin);
    const part = Math.max(0, wanted - before) / (counts[bin] ?? 1);
    return low + part * ((LATENCY_BOUNDS_MS[bin] ?? low) - low);
  });
}

/** The share (0..1) of requests that took at most `ms`, straight between bounds; null without requests. */
export function shareWithin(counts: readonly number[], ms: number): number | null {
  const total = totalOf(counts);
  if (total === 0) return null;
  const bin = binOf(ms);
  const below = totalOf(counts.slice(0, bin));
  if (bin > LAST) return below / total;
  const low = lowOf(bin);
  const part = Math.min(1, Math.max(0, (ms - low) / ((LATENCY_BOUNDS_MS[bin] ?? low) - low)));
  return (below + (counts[bin] ?? 0) * part) / total;
}

/** So many requests that took between `low` and `high` ms. */
interface Stretch {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Spreads each stretch evenly over the bins that it covers. Whole counts stay whole, and none is lost or added. */
function spread(stretches: readonly Stretch[]): number[] {
  const target = emptyCounts();
  for (const { low, high, count } of stretches) {
    if (count <= 0) continue;
    const [first, last] = [Math.max(0, low), Math.max(0, high)];
    if (!(last > first)) {
      target[binOf(last)] = (target[binOf(last)] ?? 0) + count;
      continue;
    }
    let rest = count;
    const end = binOf(last);
    for (let bin = binOf(first + (last - first) * Number.EPSILON); bin < end; bin += 1) {
      const covered = Math.max(0, (LATENCY_BOUNDS_MS[bin] ?? last) - Math.max(first, lowOf(bin)));
      const part = Math.min(rest, (count * covered) / (last - first));
      target[bin] = (target[bin] ?? 0) + part;
      rest -= part;
    }
    target[end] = (target[end] ?? 0) + rest;
  }
  return stretches.every(({ count }) => Number.isInteger(count)) ? toWhole(target, stretches) : target;
}

/** Rounds what lies below each bound rather than each bin: no share of requests moves by more than half a request. */
function toWhole(counts: readonly number[], stretches: readonly Stretch[]): number[] {
  const total = stretches.reduce((sum, { count }) => sum + Math.max(0, count), 0);
  const lastUsed = counts.findLastIndex((count) => count > 0);
  let [exact, given] = [0, 0];
  return counts.map((count, index) => {
    exact += count;
    const upTo = index >= lastUsed ? total : Math.min(total, Math.round(exact));
    const whole = upTo - given;
    given = upTo;
    return whole;
  });
}

/** All requests later (or, below 0, earlier) by `deltaMs`; none becomes faster than the smallest bin. */
export function shift(counts: readonly number[], deltaMs: number): number[] {
  if (deltaMs === 0) return [...counts];
  return spread(
    counts.map((count, bin) => {
      const low = lowOf(bin);
      const high = LATENCY_BOUNDS_MS[bin] ?? low;
      // What is above the last bound stays there when it gets later: how far above it was is not known.
      return { low: low + deltaMs, high: bin > LAST && deltaMs > 0 ? Number.POSITIVE_INFINITY : high + deltaMs, count };
    }),
  );
}

/**
 * Counts over any bounds onto ours: each bucket is spread evenly between its bounds. Above the last bound the sum of all
 * latencies tells where the rest lies on average; without a sum it is taken to be right above that bound.
 */
export function rebin(bounds: readonly number[], counts: readonly number[], sumMs: number | null = null): number[] {
  const top = bounds.at(-1) ?? 0;
  const stretches = bounds.map((high, index) => ({
    low: index === 0 ? 0 : (bounds[index - 1] ?? 0),
    high,
    count: counts[index] ?? 0,
  }));
  const above = counts[bounds.length] ?? 0;
  const known = stretches.reduce((sum, { low, high, count }) => sum + (count * (low + high)) / 2, 0);
  const meanMs = sumMs === null || above === 0 ? top : (sumMs - known) / above;
  return spread([...stretches, { low: top, high: Math.max(top * GROWTH, 2 * meanMs - top), count: above }]);
}
