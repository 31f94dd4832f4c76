import { judgeCanary, type CanaryRecord } from "../domain/canary.ts";
import { judgeReadiness } from "../domain/judge-watch.ts";
import { stepOf } from "../domain/migration.ts";
import { latencyLimitMs } from "../domain/promise.ts";
import { lostTarget, type StepOutcome, type StepRun } from "./step.ts";

const TICK_MS = 1_000;
/** Entries that cannot be told now take the routes later; until then some users are with the target that may stay there. */
const ACKNOWLEDGED_WITHIN_MS = 5_000;

export interface Tried {
  /** Why the watch ends here; null where it goes on. */
  readonly outcome: StepOutcome | null;
  /** When the rest of the users followed; null where nothing was tried out. */
  readonly decidedAt: Date | null;
}

const goesOn = ({ decidedAt }: CanaryRecord): Tried => ({
  outcome: null,
  decidedAt: decidedAt === null ? null : new Date(decidedAt),
});
const goesBack = (reason: string): Tried => ({ outcome: { kind: "regression", reason }, decidedAt: null });

/**
 * Measures the target's share of the users against the rest, and sends everybody one way or the other. What is decided is in the
 * migration's own row, which is also what routes are made from: whoever takes over goes on from there.
 */
export async function tryOnShare(run: StepRun, unreadyMs: () => number): Promise<Tried> {
  const { migration, deps } = run;
  let { canary } = migration;
  if (canary === null) return { outcome: null, decidedAt: null };
  if (canary.decision === "returned") return goesBack(canary.reason ?? "");
  while (canary.decision === null) {
    if (await run.interrupted()) return { outcome: { kind: "interrupted" }, decidedAt: null };
    const lost = await lostTarget(run);
    if (lost !== null) return { outcome: lost, decidedAt: null };
    const unready = judgeReadiness(unreadyMs());
    if (unready !== null) return goesBack(`canary: ${unready}`);
    canary = await measure(run, canary);
    await deps.journal.setCanary(deps.term, migration.id, canary);
    run.announce();
    if (canary.decision === null) await deps.clock.sleep(TICK_MS, run.signal);
  }
  if (canary.decision === "returned") return goesBack(canary.reason ?? "");
  await deps.publisher.acknowledged(await deps.publisher.publish(), ACKNOWLEDGED_WITHIN_MS);
  return goesOn(canary);
}

async function measure({ migration, deps }: StepRun, canary: CanaryRecord): Promise<CanaryRecord> {
  const { componentKey, from, to, context } = migration;
  const { promise = null, regressionPercent = 0 } = context;
  const now = deps.clock.now();
  const startedAt = stepOf(migration, "watch")?.startedAt ?? now;
  const { decision, reason, target, control } = judgeCanary({
    traffic: await deps.entryTraffic(componentKey, startedAt, now),
    from,
    to,
    rttMs: deps.betweenMs,
    regressionPercent,
    latencyLimitMs: latencyLimitMs(promise, regressionPercent),
    isOver: now.getTime() - startedAt.getTime() >= (context.canary?.ms ?? 0),
  });
  return { ...canary, decision, reason, decidedAt: decision === null ? null : now.toISOString(), target, control };
}
