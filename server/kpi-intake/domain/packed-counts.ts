import { BINS, emptyCounts } from "./histogram.ts";

/**
 * A histogram as bytes, for the store and the wire: pairs of a bin (one byte) and its count (seven bits a byte, the lowest
 * first), bins without requests left out. One behind the other they are the histogram of both: `string_agg(counts, '')` in
 * SQL merges any number of them at the speed of copying, and no function of ours has to be called for each row.
 */
export function packCounts(counts: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  counts.forEach((count, bin) => {
    if (count <= 0) return;
    bytes.push(bin);
    // No shifts: a count may be larger than 32 bits.
    let rest = count;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  });
  return Uint8Array.from(bytes);
}

/** The sum of all histograms that stand in these bytes; null is none. */
export function unpackCounts(packed: Uint8Array | null): number[] {
  const counts = emptyCounts();
  if (packed !== null) addPacked(counts, packed);
  return counts;
}

/** Adds what stands in these bytes to counts that are being summed up: no array for each of many thousand rows. */
export function addPacked(counts: number[], packed: Uint8Array): void {
  for (let at = 0; at < packed.length;) {
    const bin = packed[at] ?? 0;
    at += 1;
    let [count, factor, byte] = [0, 1, 128];
    for (; byte >= 128 && at < packed.length; at += 1) {
      byte = packed[at] ?? 0;
      count += (byte % 128) * factor;
      factor *= 128;
    }
    counts[bin] = (counts[bin] ?? 0) + count;
  }
}

/** Counts by bin as `[bin, count, bin, count, …]`, for a body of JSON. */
export const toPairs = (counts: readonly number[]): number[] => counts.flatMap((count, bin) => (count > 0 ? [bin, count] : []));

export function fromPairs(pairs: readonly number[]): number[] {
  const counts = emptyCounts();
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const bin = Math.min(BINS - 1, pairs[at] ?? 0);
    counts[bin] = (counts[bin] ?? 0) + (pairs[at + 1] ?? 0);
  }
  return counts;
}
