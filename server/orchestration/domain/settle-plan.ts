import { hasEnded, type MigrationRecord } from "./migration.ts";
import { judgePromise, latencyLimitMs } from "./promise.ts";
import type { Receipt } from "./view.ts";

/** What has become of a plan whose moves were ordered. */
export type PlanOutcome = "approved" | "running" | "succeeded" | "rolled_back" | "failed";

/** `running` until every move has ended; one that went back makes the plan one that went back. */
export function outcomeOf(migrations: readonly Pick<MigrationRecord, "state">[]): PlanOutcome {
  if (migrations.every(({ state }) => state === "pending")) return "approved";
  if (!migrations.every(({ state }) => hasEnded(state))) return "running";
  if (migrations.every(({ state }) => state === "succeeded")) return "succeeded";
  return migrations.some(({ state }) => state === "rolled_back") ? "rolled_back" : "failed";
}

export interface Measured {
  readonly requests: number;
  readonly latencyMsP95: number | null;
  readonly observedMs: number;
}

/** A receipt with what was measured at the plan's end: what a plan of several moves promises is true only behind its last one. */
export function completeReceipt(migration: MigrationRecord, measured: Measured): Receipt | null {
  const receipt = migration.receipt as Receipt | null;
  if (receipt === null) return null;
  const { latencyMsP95, requests, observedMs } = measured;
  const verdict = judgePromise(migration.context.promise ?? null, { pauseMs: receipt.achieved.pauseMs, latencyMsP95, requests });
  return { ...receipt, achieved: { ...receipt.achieved, latencyMsP95 }, observedMs, verdict };
}

/**
 * The move that takes what stands of its plan back with it, or null: one that went back by itself. Half of a plan was never judged
 * as what it is. What a person took back is that person's to go on with.
 */
export function draggedBackBy(migrations: readonly MigrationRecord[]): MigrationRecord | null {
  if (migrations.some(({ requested }) => requested !== null)) return null;
  return migrations.find(({ state }) => state === "rolled_back") ?? null;
}

/** Why the whole of a plan has to go back, or null. */
export function regressionOf(migration: MigrationRecord, { latencyMsP95, requests }: Measured): string | null {
  const { promise = null, regressionPercent = 0 } = migration.context;
  const limit = latencyLimitMs(promise, regressionPercent);
  if (limit === null || latencyMsP95 === null || requests < 100 || latencyMsP95 <= limit) return null;
  return `${migration.componentKey} gives ${Math.round(latencyMsP95)} ms at p95 behind the plan's last move, at most ${Math.round(limit)} ms are allowed`;
}
