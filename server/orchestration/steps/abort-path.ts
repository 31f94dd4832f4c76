import { isLost, stepOf, type StepName } from "../domain/migration.ts";
import { ABORT_GROUPS, type FaultHook } from "../engine/fault-points.ts";
import { openSource } from "./open-source.ts";
import { openingWithinMs, removeInstances, type StepRun } from "./step.ts";

type AbortStage = (typeof ABORT_GROUPS)[number];

/** What each stage takes back; its record is that these steps are `undone`. Every stage may run again, also where its step never ran. */
const UNDOES: Readonly<Record<AbortStage, readonly StepName[]>> = {
  fence: ["verify", "final-delta"],
  reactivate: ["seal"],
  reroute: ["pause"],
  remove: ["pre-copy", "deploy"],
  release: ["reserve"],
};

const EFFECTS: Readonly<Record<AbortStage, (run: StepRun) => Promise<void>>> = {
  /** From here on the source owns the component again, at an epoch that the target was never given. */
  fence: ({ migration, deps }) => deps.journal.fenceBack(deps.term, migration),
  reactivate: async ({ migration, deps, tries, isPlaceLost }) => {
    if (migration.stateKind === "stateless") return;
    // Nobody can be asked to open it until its place is back, and whoever recovers it elsewhere must not wait for that.
    if (await isPlaceLost(migration.from)) {
      const wasSealed = !isLost(migration.context) && (stepOf(migration, "seal")?.startedAt ?? null) !== null;
      if (wasSealed) await deps.owed.owe(deps.term, migration.id);
      return;
    }
    await openSource(migration, deps.driver, openingWithinMs(tries));
  },
  /** The snapshot at the new epoch ends every hold. An entry that cannot be reached takes it when it is back. */
  reroute: async ({ deps }) => {
    const version = await deps.publisher.publish();
    await deps.publisher.acknowledged(version, 2_000);
  },
  remove: async (run) => {
    const { migration, deps } = run;
    if (await run.isPlaceLost(migration.to)) {
      await deps.journal.giveUpInstances(deps.term, migration.context.targets, false);
      return;
    }
    await removeInstances(run, { place: migration.to, names: migration.context.targets, what: "remove", graceMs: 2_000 });
  },
  release: ({ migration, deps }) => deps.journal.release(deps.term, migration.id),
};

/** Brings the source back, writable, at a new epoch, and leaves no trace of the target. Throws on an outage: the runner tries again. */
export async function runAbort(run: StepRun, fault: FaultHook): Promise<void> {
  fault("abort:start");
  for (const stage of ABORT_GROUPS) {
    fault(`abort:${stage}:before`);
    await EFFECTS[stage](run);
    fault(`abort:${stage}:after-effect`);
    await run.deps.journal.undo(run.deps.term, run.migration.id, UNDOES[stage]);
    fault(`abort:${stage}:after-record`);
  }
  fault("abort:end");
}
