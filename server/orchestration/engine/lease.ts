import { messageOf } from "../../platform/app-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { LeaseStore } from "./ports.ts";

export interface LeaseDeps {
  readonly store: LeaseStore;
  readonly holder: string;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onRenewed?: (seconds: number) => void;
  /** Called with each term won; its signal ends when the lease does. Must return soon. */
  readonly lead: (term: number, signal: AbortSignal) => void;
  readonly signal: AbortSignal;
}

/** Renews three times a lease's length. A holder that could not renew in time stops by itself before its successor starts. */
export async function keepLease(deps: LeaseDeps): Promise<void> {
  const { store, holder, ttlMs, clock, logger, signal } = deps;
  let office: { term: number; controller: AbortController; renewedMs: number } | null = null;
  const leave = (why: string): void => {
    if (!office) return;
    logger.warn({ term: office.term }, `the orchestrator's lease is over: ${why}`);
    office.controller.abort();
    office = null;
  };
  while (!signal.aborted) {
    const askedMs = clock.monotonicMs();
    try {
      const term = await store.acquire(holder, ttlMs);
      deps.onRenewed?.((clock.monotonicMs() - askedMs) / 1000);
      if (office !== null && term !== (office as { term: number }).term)
        leave(term === null ? "somebody else holds it" : "it had run out");
      if (term !== null && office === null) {
        const controller = new AbortController();
        office = { term, controller, renewedMs: askedMs };
        deps.lead(term, controller.signal);
      } else if (office !== null) (office as { renewedMs: number }).renewedMs = askedMs;
    } catch (error) {
      logger.warn({ error: messageOf(error) }, "the orchestrator's lease could not be renewed");
      if (office !== null && clock.monotonicMs() - (office as { renewedMs: number }).renewedMs > ttlMs)
        leave("the database did not answer for its whole length");
    }
    await clock.sleep(ttlMs / 3, signal).catch(() => undefined);
  }
  const last = office as { term: number; controller: AbortController } | null;
  last?.controller.abort();
  if (last) await store.release(holder, last.term).catch(() => undefined);
}
