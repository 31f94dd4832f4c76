export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before try `failures + 1`: anything up to a span that doubles (full jitter), so that those who failed together
 * do not come back together. `chance`: 0..1.
 */
export function backOffMs({ firstMs, maxMs }: BackOff, failures: number, chance: number): number {
  return chance * Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30));
}

/** The wait that a `Retry-After` asks for, in seconds or as a date, at most `maxMs`; null where it says nothing. */
export function retryAfterMs(header: string | undefined, nowMs: number, maxMs: number): number | null {
  if (header === undefined) return null;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(maxMs, Math.max(0, waitMs)) : null;
}
