import { emptyCounts, LATENCY_BOUNDS_MS } from "../../../kpi-intake/domain/histogram.ts";

/** Each bucket is moved in so many slices: a wide one may be torn apart by what is done to its slow and its fast half. */
const SLICES = 4;

/**
 * A histogram of the same requests after something was done to each: `laterMs(q)` is by how much the request at share `q`
 * (0..1, fast to slow) is later, ms; negative is earlier. Nothing becomes faster than zero and no request is lost.
 */
export function recount(counts: readonly number[], laterMs: (share: number) => number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const target = emptyCounts();
  if (total === 0) return target;
  let before = 0;
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const low = index === 0 ? 0 : (LATENCY_BOUNDS_MS[index - 1] ?? 0);
    const high = LATENCY_BOUNDS_MS[index] ?? low * 1.5;
    for (let slice = 0; slice < SLICES; slice += 1) {
      const within = (slice + 0.5) / SLICES;
      const ms = low + within * (high - low) + laterMs((before + within * count) / total);
      const at = indexOf(Math.max(0, ms));
      target[at] = (target[at] ?? 0) + count / SLICES;
    }
    before += count;
  }
  return target;
}

/** The bucket that holds `ms`: the first bound that is not below it. */
function indexOf(ms: number): number {
  let low = 0;
  let high: number = LATENCY_BOUNDS_MS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((LATENCY_BOUNDS_MS[middle] ?? Number.POSITIVE_INFINITY) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Mean of a histogram in ms, each bucket at its middle; 0 without requests. */
export function meanOf(counts: readonly number[]): number {
  let [sum, total] = [0, 0];
  for (const [index, count] of counts.entries()) {
    const low = index === 0 ? 0 : (LATENCY_BOUNDS_MS[index - 1] ?? 0);
    const high = LATENCY_BOUNDS_MS[index] ?? low * 1.5;
    sum += (count * (low + high)) / 2;
    total += count;
  }
  return total === 0 ? 0 : sum / total;
}
