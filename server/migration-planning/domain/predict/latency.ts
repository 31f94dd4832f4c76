import { binOf, emptyCounts, LATENCY_BOUNDS_MS } from "../../../kpi-intake/domain/histogram.ts";

/**
 * Latency of a group of requests as a few atoms, fast to slow: so large a share of them took about so long. What a histogram says
 * without its empty bins, so that it can be moved by any number of milliseconds and is cheap to ask again and again.
 */
export interface Latency {
  readonly ms: readonly number[];
  /** Sum to 1; empty without requests. */
  readonly share: readonly number[];
}

export const NO_LATENCY: Latency = { ms: [], share: [] };

/** Each bin at its middle. */
export function latencyOf(counts: readonly number[]): Latency {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return NO_LATENCY;
  const [ms, share]: [number[], number[]] = [[], []];
  counts.forEach((count, bin) => {
    if (count <= 0) return;
    const low = bin === 0 ? 0 : (LATENCY_BOUNDS_MS[bin - 1] ?? 0);
    ms.push((low + (LATENCY_BOUNDS_MS[bin] ?? low)) / 2);
    share.push(count / total);
  });
  return { ms, share };
}

/** The same requests after something was done to each: `laterMs(q)` is by how much the one at share `q` (0..1) is later, ms. */
export function later({ ms, share }: Latency, laterMs: (q: number) => number): Latency {
  let before = 0;
  return {
    share,
    ms: ms.map((value, index) => {
      const part = share[index] ?? 0;
      const moved = value + laterMs(before + part / 2);
      before += part;
      return Math.max(0, moved);
    }),
  };
}

export const meanOf = ({ ms, share }: Latency): number => ms.reduce((sum, value, index) => sum + value * (share[index] ?? 0), 0);

/** Several groups as one histogram, each by its weight. */
export function weighed(groups: readonly { readonly latency: Latency; readonly weight: number }[]): number[] {
  const counts = emptyCounts();
  for (const { latency, weight } of groups) {
    for (let index = 0; index < latency.ms.length; index += 1) {
      const bin = binOf(latency.ms[index] ?? 0);
      counts[bin] = (counts[bin] ?? 0) + weight * (latency.share[index] ?? 0);
    }
  }
  return counts;
}

/** Groups with the requests of several put together. */
export function together(groups: readonly { readonly latency: Latency; readonly weight: number }[]): Latency {
  return groups.length === 1 && groups[0] ? groups[0].latency : latencyOf(weighed(groups));
}
