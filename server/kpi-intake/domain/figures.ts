import { quantile } from "./histogram.ts";

/** Gateways report every ten seconds: the newest bucket is still filling. */
export const FILLING_MS = 10_000;

/** Requests that were seen. */
export interface Seen {
  readonly requests: number;
  readonly errors: number;
  /** Of the latency's histogram. */
  readonly counts: readonly number[];
}

/** What they come to over so many seconds: a rate, a share (0..1) of errors, and quantiles in ms. */
export function figuresOf({ requests, errors, counts }: Seen, seconds: number) {
  return {
    requestsPerSecond: requests / seconds,
    errorRate: requests === 0 ? null : errors / requests,
    latencyMs: { p50: quantile(counts, 0.5), p95: quantile(counts, 0.95), p99: quantile(counts, 0.99) },
  };
}
