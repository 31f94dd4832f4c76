import { quantile } from "./histogram.ts";

/** Gateways report every ten seconds: the newest bucket is still filling. */
export const FILLING_MS = 10_000;
export const MINUTE_MS = 60_000;

/** Requests that were seen, as the store sums them: numbers of any size come as text. */
export interface Seen {
  readonly requests: string;
  readonly errors: string;
  /** Of the latency's histogram. */
  readonly counts: readonly number[];
}

/** What they come to over so many seconds: a rate, a share (0..1) of errors, and quantiles in ms. */
export function figuresOf({ requests, errors, counts }: Seen, seconds: number) {
  const total = Number(requests);
  return {
    requestsPerSecond: total / seconds,
    errorRate: total === 0 ? null : Number(errors) / total,
    latencyMs: { p50: quantile(counts, 0.5), p95: quantile(counts, 0.95), p99: quantile(counts, 0.99) },
  };
}
