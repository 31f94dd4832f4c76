import type { CanaryRecord } from "./canary.ts";
import { isLost, type MigrationRecord } from "./migration.ts";

const NO_TRIAL = { canary: null };
const at = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A migration as the public API answers it (`server/api/shapes/migration.ts`). */
export function viewMigration(migration: MigrationRecord) {
  return {
    id: migration.id,
    component: migration.componentKey,
    from: migration.from,
    to: migration.to,
    plan: migration.planId,
    state: migration.state,
    step: migration.step,
    epoch: { from: migration.epochFrom, to: migration.epochTo },
    pointOfNoReturnAt: at(migration.pointOfNoReturnAt),
    createdAt: migration.createdAt.toISOString(),
    endedAt: at(migration.endedAt),
    reason: migration.reason,
    requestedBy: migration.requestedBy,
    waitingFor: migration.waitingFor,
    steps: migration.steps.map((step) => ({
      name: step.name,
      state: step.state,
      attempt: step.attempt,
      startedAt: at(step.startedAt),
      endedAt: at(step.endedAt),
      bytes: step.bytes,
      rounds: step.rounds,
      roundBytes: step.roundBytes ? [...step.roundBytes] : null,
      error: step.error,
    })),
    held: migration.held,
    pauseMs: migration.pauseMs,
    canary: migration.canary,
    recovery: recoveryOf(migration),
    pauseBudgetMs: migration.context.pauseBudgetMs,
    error: migration.error,
    // Receipts of before know nothing of a trial.
    receipt: migration.receipt === null ? null : { ...NO_TRIAL, ...(migration.receipt as Receipt) },
    rollbackOf: migration.rollbackOf,
    rolledBackBy: migration.rolledBackBy,
  };
}

/** What was given up where a lost place's component was started again without its state; null in every other run. */
function recoveryOf({ context, from, stateKind }: MigrationRecord) {
  if (stateKind === "stateless" || !isLost(context)) return null;
  // Where the process driver's host keeps what its instances write, below its installation's data folder.
  const salvage = context.sources.map((instance) => ({ instance, dataCenter: from, folder: `host/instances/${instance}/state` }));
  return { loss: context.lost?.accepted ?? "", salvage };
}

/** What a move promised and what it did. Where nothing was promised no verdict can be given. */
export interface Receipt {
  promised: { pauseMs: number; latencyMsP95: number | null; latencyMsP95Interval: number[] | null; costUsd: number } | null;
  achieved: { pauseMs: number | null; latencyMsP95: number | null; costUsd: number | null };
  bytes: number;
  rounds: number;
  held: number;
  failedRequests: number;
  digest: { source: string | null; target: string | null; items: number | null } | null;
  observedMs: number;
  /** How the trial on a part of the users ended; null: there was none. */
  canary: CanaryRecord | null;
  verdict: "kept" | "missed" | "insufficient-data";
}
