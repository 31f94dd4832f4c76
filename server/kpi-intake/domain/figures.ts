import { quantiles, sumCounts } from "./histogram.ts";

/** Gateways report every ten seconds: the newest bucket is still filling. */
export const FILLING_MS = 10_000;

/** Requests that were seen. */
export interface Seen {
  readonly requests: number;
  readonly errors: number;
  /** Of the latency's histogram. */
  readonly counts: readonly number[];
}

/** All of them as one, so that a quantile of the sum is a true one. */
export const sumOf = (rows: readonly Seen[]): Seen => ({
  requests: rows.reduce((sum, row) => sum + row.requests, 0),
  errors: rows.reduce((sum, row) => sum + row.errors, 0),
  counts: sumCounts(rows.map(({ counts }) => counts)),
});

/** What they come to over so many seconds: a rate, a share (0..1) of errors, and quantiles in ms. */
export function figuresOf({ requests, errors, counts }: Seen, seconds: number) {
  const [p50 = null, p95 = null, p99 = null] = quantiles(counts, [0.5, 0.95, 0.99]);
  return {
    requestsPerSecond: requests / seconds,
    errorRate: requests === 0 ? null : errors / requests,
    latencyMs: { p50, p95, p99 },
  };
}
