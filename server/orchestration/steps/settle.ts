import { isApart, isTelling, judgeWatch, measuredFrom } from "../domain/judge-watch.ts";
import { latestOf } from "../domain/latest-of.ts";
import { latencyLimitMs } from "../domain/promise.ts";
import { isLost, stepOf } from "../domain/migration.ts";
import { tryOnShare } from "./canary.ts";
import { done, lostTarget, removeInstances, type Step, type StepOutcome, type StepRun } from "./step.ts";

const TICK_MS = 500;
/** Every entry has switched; this is for requests that were on their way, and the stop itself lets the last ones end. */
const DRAIN_MS = 500;
const STOP_GRACE_MS = 5_000;

/** Looks at the target's readiness and at what users get; the policy says for how long. A trial on a part of them comes first. */
export const watch: Step = {
  name: "watch",
  run: async (run) => {
    const { migration, deps } = run;
    deps.companions.arrive(migration.id, "switched", deps.clock.now());
    const readiness = createReadiness(run);
    const tried = await tryOnShare(run, () => readiness.unreadyMs());
    if (tried.outcome !== null) return tried.outcome;
    const startedAt = tried.decidedAt ?? stepOf(migration, "watch")?.startedAt ?? deps.clock.now();
    let from = latestOf([startedAt, deps.companions.lastSwitch(migration.id)]) ?? startedAt;
    for (;;) {
      const companions = deps.companions.apart(migration.id);
      const apart = isApart({ companions, startedAt, now: deps.clock.now() });
      from = apart ? deps.clock.now() : (latestOf([from, deps.companions.lastSwitch(migration.id)]) ?? from);
      const leftMs = from.getTime() + migration.context.watchMs - deps.clock.now().getTime();
      if (leftMs <= 0) return done({ result: await seenSince(run, from) });
      if (await run.interrupted()) return { kind: "interrupted" };
      const regression =
        (await lostTarget(run)) ?? (await judge(run, apart ? startedAt : from, { apart, unreadyMs: readiness.unreadyMs() }));
      if (regression) return regression;
      await deps.clock.sleep(Math.min(TICK_MS, leftMs), run.signal);
    }
  },
};

/** Failures count from the switch on, how long requests take from behind its burst. */
async function seenSince({ migration, deps }: StepRun, from: Date) {
  const { watchMs: observedMs } = migration.context;
  const since = measuredFrom(from, observedMs);
  const view = await deps.serviceView(migration.componentKey, from, deps.clock.now(), since);
  return { since: since.toISOString(), observedMs, ...view };
}

/** A place that is not heard of says nothing: only a target that its host reports as not ready counts. */
function createReadiness({ migration, deps }: StepRun): { unreadyMs(): number } {
  const since = new Map<string, number>();
  return {
    unreadyMs: () => {
      const nowMs = deps.clock.monotonicMs();
      for (const name of migration.context.targets) {
        const state = deps.inventory.reportOf(migration.to, name)?.state ?? "ready";
        if (state === "ready") since.delete(name);
        else if (!since.has(name)) since.set(name, nowMs);
      }
      return Math.max(0, ...[...since.values()].map((atMs) => nowMs - atMs));
    },
  };
}

/** Failed requests count from its own switch on, how long they take from the last one of its plan. */
async function judge(
  run: StepRun,
  since: Date,
  { apart, unreadyMs }: { apart: boolean; unreadyMs: number },
): Promise<StepOutcome | null> {
  const { migration, deps } = run;
  // A way back is never itself sent back: the two would chase each other.
  if (migration.rollbackOf !== null) return null;
  const { promise = null, regressionPercent = 0, watchMs } = migration.context;
  const seenMs = deps.clock.now().getTime() - since.getTime();
  const limitMs = apart || !isTelling({ seenMs, watchMs }) ? null : latencyLimitMs(promise, regressionPercent);
  const reason = judgeWatch({ ...(await seenSince(run, since)), unreadyMs, latencyLimitMs: limitMs });
  return reason === null ? null : { kind: "regression", reason };
}

/** The source has served its last request when the entries have switched; what was in flight gets a moment to end. */
export const retire: Step = {
  name: "retire",
  run: async (run) => {
    const { migration, deps } = run;
    if (isLost(migration.context) || (await run.isPlaceLost(migration.from))) {
      await deps.journal.giveUpInstances(deps.term, migration.context.sources, migration.stateKind !== "stateless");
      return done();
    }
    await deps.clock.sleep(DRAIN_MS, run.signal);
    const { sources: names } = migration.context;
    await removeInstances(run, { place: migration.from, names, what: "retire", graceMs: STOP_GRACE_MS });
    return done();
  },
};
