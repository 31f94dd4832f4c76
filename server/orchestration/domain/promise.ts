import type { Foreseen } from "../../migration-planning/domain/plan/foresee-move.ts";

/** What was promised of a move when it was ordered; kept with the migration, so that its receipt can be held against it. */
export type MovePromise = Foreseen;

/** What nobody notices, and a busy machine makes of any figure: a share of a few milliseconds is less than that. */
const NOTICED_MS = 10;

/** Users' p95 above which a move has made things worse than its policy allows; null: nothing was promised that could tell. */
export function latencyLimitMs(promise: MovePromise | null, regressionPercent: number): number | null {
  if (promise === null || promise.latencyMsP95Interval === null) return null;
  const expected = Math.max(promise.latencyMsP95Interval[1], promise.latencyMsP95Before ?? 0);
  return expected + Math.max(NOTICED_MS, (expected * regressionPercent) / 100);
}

export type Verdict = "kept" | "missed" | "insufficient-data";

/** Requests without which a p95 is nobody's promise. */
const REQUESTS_MIN = 20;

export interface Achieved {
  readonly pauseMs: number | null;
  readonly latencyMsP95: number | null;
  readonly requests: number;
}

/** Better than promised is kept, too. Without a promise, or without enough requests to tell, there is no verdict. */
export function judgePromise(promise: MovePromise | null, { pauseMs, latencyMsP95, requests }: Achieved): Verdict {
  if (promise === null || promise.latencyMsP95Interval === null || latencyMsP95 === null || requests < REQUESTS_MIN)
    return "insufficient-data";
  const latencyKept = latencyMsP95 <= promise.latencyMsP95Interval[1];
  const pauseKept = pauseMs === null || pauseMs <= Math.max(promise.pauseMs.p90, 1);
  return latencyKept && pauseKept ? "kept" : "missed";
}
