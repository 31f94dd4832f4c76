import type { MigrationRecord } from "./migration.ts";

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
    pauseBudgetMs: migration.context.pauseBudgetMs,
    error: migration.error,
    receipt: migration.receipt as Receipt | null,
    rollbackOf: migration.rollbackOf,
    rolledBackBy: migration.rolledBackBy,
  };
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
  verdict: "kept" | "missed" | "insufficient-data";
}
