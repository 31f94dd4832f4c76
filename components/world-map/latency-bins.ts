/** Where one latency bin ends and the next begins, ms: the same seven bins on every screen (VISUAL, section 4). */
export const LATENCY_LIMITS_MS = [20, 40, 60, 100, 150, 250] as const;

/** 1..7: the bin of a latency, and of its colour. */
export const latencyBin = (ms: number | null): number => 1 + LATENCY_LIMITS_MS.filter((limit) => (ms ?? 0) >= limit).length;
