import { resultsOf, stepOf, type MigrationRecord } from "./migration.ts";
import type { Receipt } from "./view.ts";

/** What a move did. Without a plan nothing was promised, so there is no verdict to give. */
export function receiptOf(migration: MigrationRecord, usdPerGiB: number | null): Receipt {
  const results = resultsOf(migration);
  const copy = stepOf(migration, "pre-copy");
  const bytes = (copy?.bytes ?? 0) + (results["final-delta"]?.bytes ?? 0);
  const hasState = migration.stateKind !== "stateless";
  return {
    promised: null,
    achieved: {
      pauseMs: hasState ? migration.pauseMs : 0,
      latencyMsP95: results.watch?.latencyMsP95 ?? null,
      costUsd: usdPerGiB === null ? null : (bytes / 2 ** 30) * usdPerGiB,
    },
    bytes,
    rounds: copy?.rounds ?? 0,
    held: migration.held.total,
    failedRequests: migration.held.failed,
    digest: hasState
      ? { source: results.seal?.digest ?? null, target: results.verify?.digest ?? null, items: results.verify?.items ?? null }
      : null,
    observedMs: results.watch?.observedMs ?? 0,
    verdict: "insufficient-data",
  };
}
