import { isLost, resultsOf, stepOf, type MigrationRecord } from "./migration.ts";
import { judgePromise, type MovePromise } from "./promise.ts";
import type { Receipt } from "./view.ts";

/** What a move promised and what it did. Where nothing was promised there is no verdict to give. */
export function receiptOf(migration: MigrationRecord, usdPerGiB: number | null): Receipt {
  const results = resultsOf(migration);
  const copy = stepOf(migration, "pre-copy");
  const bytes = (copy?.bytes ?? 0) + (results["final-delta"]?.bytes ?? 0);
  const hasState = migration.stateKind !== "stateless" && !isLost(migration.context);
  const promise = migration.context.promise ?? null;
  const pauseMs = hasState ? migration.pauseMs : 0;
  const latencyMsP95 = results.watch?.latencyMsP95 ?? null;
  return {
    promised: promisedOf(promise),
    achieved: {
      pauseMs,
      latencyMsP95,
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
    canary: migration.canary,
    verdict: judgePromise(promise, { pauseMs, latencyMsP95, requests: results.watch?.requests ?? 0 }),
  };
}

function promisedOf(promise: MovePromise | null): Receipt["promised"] {
  if (promise === null) return null;
  const { pauseMs, latencyMsP95, latencyMsP95Interval, costUsd } = promise;
  return {
    pauseMs: pauseMs.p50,
    latencyMsP95,
    latencyMsP95Interval: latencyMsP95Interval === null ? null : [...latencyMsP95Interval],
    costUsd,
  };
}
