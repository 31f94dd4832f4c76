import { stepOf } from "../domain/migration.ts";
import { commandId, done, type Step, type StepOutcome, type StepRun } from "./step.ts";

const TICK_MS = 500;
/** A regression is called only on so many requests, of which this share failed. */
const REQUESTS_MIN = 20;
const ERROR_SHARE_MAX = 0.5;
/** Every entry has switched; this is for requests that were on their way, and the stop itself lets the last ones end. */
const DRAIN_MS = 500;
const STOP_GRACE_MS = 5_000;

/** Looks at the target's readiness and at what users get; the policy says for how long. */
export const watch: Step = {
  name: "watch",
  run: async (run) => {
    const { migration, deps } = run;
    const startedAt = stepOf(migration, "watch")?.startedAt ?? deps.clock.now();
    const endsAt = startedAt.getTime() + migration.context.watchMs;
    while (deps.clock.now().getTime() < endsAt) {
      if (await run.interrupted()) return { kind: "interrupted" };
      const regression = await judge(run, startedAt);
      if (regression) return regression;
      await deps.clock.sleep(Math.min(TICK_MS, Math.max(1, endsAt - deps.clock.now().getTime())), run.signal);
    }
    const view = await deps.serviceView(migration.componentKey, startedAt, deps.clock.now());
    return done({ result: { observedMs: migration.context.watchMs, ...view } });
  },
};

async function judge({ migration, deps }: StepRun, startedAt: Date): Promise<StepOutcome | null> {
  // A way back is never itself sent back: the two would chase each other.
  if (migration.rollbackOf !== null) return null;
  const { requests, errors } = await deps.serviceView(migration.componentKey, startedAt, deps.clock.now());
  const failing = requests >= REQUESTS_MIN && errors / requests > ERROR_SHARE_MAX;
  return failing ? { kind: "regression", reason: `${errors} of ${requests} requests failed since the switch` } : null;
}

/** The source has served its last request when the entries have switched; what was in flight gets a moment to end. */
export const retire: Step = {
  name: "retire",
  run: async (run) => {
    const { migration, deps } = run;
    await deps.clock.sleep(DRAIN_MS, run.signal);
    for (const name of migration.context.sources) {
      const context = {
        component: migration.componentKey,
        epoch: migration.epochTo,
        commandId: commandId(migration, `retire.${name}`),
      };
      const answer = await deps.driver.stop(
        migration.from,
        name,
        { component: migration.componentKey, graceMs: STOP_GRACE_MS, removeState: true },
        context,
      );
      if (!answer.ok) throw new Error(`${name} was not stopped: ${answer.reasons.map((reason) => reason.message).join("; ")}`);
    }
    await deps.journal.removeInstances(deps.term, migration.context.sources);
    return done();
  },
};
