/** Latency as counts over fixed bounds in ms, the last count being everything above: two can be merged by adding. */
export const LATENCY_BOUNDS_MS = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000,
  10_000,
] as const;

export const emptyCounts = (): number[] => Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0);

export function observe(counts: number[], ms: number): void {
  const found = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
  const at = found < 0 ? LATENCY_BOUNDS_MS.length : found;
  counts[at] = (counts[at] ?? 0) + 1;
}

export const merge = (a: readonly number[], b: readonly number[]): number[] =>
  emptyCounts().map((_, index) => (a[index] ?? 0) + (b[index] ?? 0));

/** The latency that a share `q` (0..1) of requests did not exceed, straight between bounds; null without requests. */
export function quantile(counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let before = 0;
  for (const [index, count] of counts.entries()) {
    if (before + count >= q * total && count > 0) {
      const low = index === 0 ? 0 : (LATENCY_BOUNDS_MS[index - 1] ?? 0);
      const high = LATENCY_BOUNDS_MS[index] ?? low * 1.5;
      return low + ((q * total - before) / count) * (high - low);
    }
    before += count;
  }
  return LATENCY_BOUNDS_MS.at(-1) ?? null;
}

/** The share (0..1) of requests that took at most `ms`, straight between bounds; null without requests. */
export function shareWithin(counts: readonly number[], ms: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const within = counts.reduce((sum, count, index) => {
    const low = index === 0 ? 0 : (LATENCY_BOUNDS_MS[index - 1] ?? 0);
    const high = LATENCY_BOUNDS_MS[index] ?? Number.POSITIVE_INFINITY;
    if (ms >= high) return sum + count;
    return ms <= low || !Number.isFinite(high) ? sum : sum + (count * (ms - low)) / (high - low);
  }, 0);
  return within / total;
}

/** Counts over any bounds onto ours: each bucket goes where its upper bound falls, so nothing looks faster than it was. */
export function rebin(bounds: readonly number[], counts: readonly number[]): number[] {
  const target = emptyCounts();
  counts.forEach((count, index) => {
    const upper = bounds[index] ?? Number.POSITIVE_INFINITY;
    const found = LATENCY_BOUNDS_MS.findIndex((bound) => bound >= upper);
    const at = found < 0 ? LATENCY_BOUNDS_MS.length : found;
    target[at] = (target[at] ?? 0) + count;
  });
  return target;
}
