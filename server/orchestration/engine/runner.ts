import { AppError, isAppError, messageOf } from "../../platform/app-error.ts";
import {
  takesPart,
  isBeforePointOfNoReturn,
  isInPause,
  isOpen,
  nextStep,
  pauseLeftMs,
  resultsOf,
  STEP_GROUPS,
  STEP_NAMES,
  stepOf,
  withSteps,
  type MigrationRecord,
  type StepChange,
  type StepName,
} from "../domain/migration.ts";
import { receiptOf } from "../domain/receipt.ts";
import { forbiddenBy } from "../domain/request-migration.ts";
import { runAbort } from "../steps/abort-path.ts";
import { STEPS } from "../steps/index.ts";
import type { StepDeps, StepOutcome, StepRun } from "../steps/step.ts";
import type { FaultHook } from "./fault-points.ts";
import type { Announcer } from "./announcer.ts";
import { endCanary, isTried } from "./end-canary.ts";
import { watchHeld } from "./held-sampler.ts";
import { isPlaceLost } from "../../component-registry/domain/status.ts";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";

export interface RunnerDeps extends StepDeps {
  readonly fault: FaultHook;
  readonly registry: () => Promise<RegistrySnapshot>;
  readonly announcer: Announcer;
  readonly signal: AbortSignal;
}

/** How long an outage may last before a step that can still be undone gives up. */
const OUTAGE_BUDGET_MS = 20_000;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 2_000;

/** Runs one migration to its end, from wherever its journal stands. Ends early, quietly, when the lease or the process does. */
export async function runMigration(id: string, deps: RunnerDeps): Promise<void> {
  const sampler = watchHeld(deps, id);
  let known: MigrationRecord | null = null;
  try {
    for (;;) {
      const migration: MigrationRecord | null = known ?? (await deps.journal.find(id));
      // Somebody may have ended it since it was listed; one that is rolling back is its reverse migration's now.
      if (!migration || !isOpen(migration.state) || deps.signal.aborted) return;
      const next: Next =
        migration.state === "aborting" ? await abortOnce(migration, deps) : await advanceOnce(migration, deps, sampler);
      if (next === "finished") return;
      known = next === "read-again" ? null : next;
    }
  } finally {
    sampler.stop();
  }
}

/** The migration as it now stands where that is known without asking: inside the pause every question is waited for by users. */
type Next = "finished" | "read-again" | MigrationRecord;

type Sampler = ReturnType<typeof watchHeld>;

async function advanceOnce(migration: MigrationRecord, deps: RunnerDeps, sampler: Sampler): Promise<Next> {
  const { journal, term } = deps;
  const name = nextStep(migration);
  if (name === null) return await succeed(migration, deps);
  const beforeReturn = migration.pointOfNoReturnAt === null && isBeforePointOfNoReturn(name);
  if (migration.requested?.kind === "abort" && beforeReturn)
    return beginAbort(migration, deps, `aborted by ${migration.requested.by}: ${migration.requested.reason}`);
  if (migration.requested?.kind === "rollback" && !beforeReturn && !isRetiring(migration))
    return await goBack(migration, deps, migration.requested.reason);
  const overBudget = beforeReturn ? pauseOverrun(migration, deps) : null;
  if (overBudget !== null) return await beginAbort(migration, deps, overBudget);
  if (!takesPart(name, migration)) {
    await journal.advance(term, migration.id, { skipped: STEP_NAMES.filter((step) => !takesPart(step, migration)) });
    return "read-again";
  }
  if (name === "pause") sampler.start();
  const [outcome, after] = await runStep(migration, name, deps);
  if (name === "resume") await sampler.settle();
  const next = await take(outcome, migration, deps);
  return next === "read-again" && after !== null && isInPause(name) ? after : next;
}

const isRetiring = (migration: MigrationRecord): boolean => stepOf(migration, "retire")?.state !== "pending";

/** Past the pause budget and before the commit: back to the source by itself. */
function pauseOverrun(migration: MigrationRecord, deps: RunnerDeps): string | null {
  const left = pauseLeftMs(migration, deps.clock.now());
  const { pauseBudgetMs } = migration.context;
  return left !== null && left <= 0 ? `the pause budget of ${pauseBudgetMs} ms was used up before the switch` : null;
}

async function runStep(
  migration: MigrationRecord,
  name: StepName,
  deps: RunnerDeps,
): Promise<[StepOutcome, MigrationRecord | null]> {
  const { journal, term, fault } = deps;
  const [group, position] = groupOf(name, migration);
  if (name === "reserve") fault("forward:start");
  const running = migration.steps.find((step) => step.name === name)?.state === "running";
  const begun = running ? migration : await advance(deps, migration, { begun: name });
  // Whoever comes first decides: a wish that was accepted before this step began has kept it from beginning.
  if (name === "retire" && !running && begun.requested?.kind === "rollback") return [{ kind: "interrupted" }, null];
  announce(deps, migration.id, "migration.step");
  if (position.first) fault(`forward:${group}:before`);
  const outcome = await retrying(begun, name, deps);
  if (outcome.kind !== "done") return [outcome, null];
  if (position.last) fault(`forward:${group}:after-effect`);
  // The commit's record is its effect; ending it again here changes nothing.
  const ended = {
    name,
    state: "succeeded" as const,
    ...(outcome.result === undefined ? {} : { result: outcome.result }),
    ...(outcome.bytes === undefined ? {} : { bytes: outcome.bytes }),
    ...(outcome.rounds === undefined ? {} : { rounds: outcome.rounds }),
  };
  const following = STEP_NAMES.find((step) => STEP_NAMES.indexOf(step) > STEP_NAMES.indexOf(name) && takesPart(step, migration));
  // One statement ends a step and begins the next, so the pause pays for one round trip, not two; a group's edge stays bare.
  const after = await advance(deps, begun, {
    ended,
    ...(following !== undefined && !position.last ? { begun: following } : {}),
  });
  if (position.last) fault(`forward:${group}:after-record`);
  if (name === "seal") void journal.markSealed(term, migration.context.sources).catch(() => undefined);
  announce(deps, migration.id, "migration.step");
  return [outcome, after];
}

/** Records a change and answers the migration as it stands behind it, with what somebody may have asked for meanwhile. */
async function advance(deps: RunnerDeps, migration: MigrationRecord, change: StepChange): Promise<MigrationRecord> {
  const { requested } = await deps.journal.advance(deps.term, migration.id, change);
  return { ...withSteps(migration, change, deps.clock.now()), requested };
}

function groupOf(name: StepName, migration: MigrationRecord): [string, { first: boolean; last: boolean }] {
  for (const [group, names] of Object.entries(STEP_GROUPS)) {
    const steps = names.filter((step) => takesPart(step, migration));
    if (steps.includes(name)) return [group, { first: steps[0] === name, last: steps.at(-1) === name }];
  }
  return ["", { first: false, last: false }];
}

/** Runs a step's effect until it answers; an outage before the point of no return has a budget, behind it there is only forward. */
async function retrying(migration: MigrationRecord, name: StepName, deps: RunnerDeps): Promise<StepOutcome> {
  let failedSinceMs: number | null = null;
  const undoable = isBeforePointOfNoReturn(name);
  const overrun = (error: unknown): StepOutcome | null => {
    const why = undoable ? pauseOverrun(migration, deps) : null;
    return why === null ? null : { kind: "abort", reason: `${why}; ${name}: ${messageOf(error)}` };
  };
  let waitMs = RETRY_FIRST_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      return await STEPS[name].run(stepRun(migration, deps, tries));
    } catch (error) {
      if (isFatal(error) || deps.signal.aborted) throw error;
      const late = overrun(error);
      if (late) return late;
      failedSinceMs ??= deps.clock.monotonicMs();
      if (undoable && deps.clock.monotonicMs() - failedSinceMs > OUTAGE_BUDGET_MS)
        return { kind: "abort", reason: `${name}: ${messageOf(error)}` };
      deps.logger.info({ migration: migration.id, step: name, error: messageOf(error) }, "a step failed and is tried again");
      if (waitMs >= 400)
        await deps.journal.setWaiting(deps.term, migration.id, { code: "retry", message: `${name}: ${messageOf(error)}` });
      await deps.clock.sleep(waitMs, deps.signal);
      // Somebody may have had enough of it. Whether that still is possible is judged by what is recorded, not here.
      if (await isAskedFor(migration, deps).catch(() => false)) return { kind: "interrupted" };
      const later = overrun(error);
      if (later) return later;
      waitMs = Math.min(RETRY_MAX_MS, waitMs * 2);
    }
  }
}

/** Bugs, refusals of our own and the end of the lease are not outages: trying again would not help. */
function isFatal(error: unknown): boolean {
  if (error instanceof Error && error.name === "LeaseLostError") return true;
  return isAppError(error) && (error.kind === "internal" || error.kind === "conflict");
}

function stepRun(migration: MigrationRecord, deps: RunnerDeps, tries: number): StepRun {
  const { journal, term } = deps;
  return {
    migration,
    component: async () => {
      const component = (await deps.registry()).components.find((record) => record.key === migration.componentKey);
      if (!component) throw new AppError("internal", `${migration.componentKey} vanished while ${migration.id} moved it`);
      return component;
    },
    results: resultsOf(migration),
    tries,
    deps,
    signal: deps.signal,
    progress: async (progress) => {
      await journal.progress(term, migration.id, "pre-copy", progress);
      announce(deps, migration.id, "migration.step");
    },
    announce: () => announce(deps, migration.id, "migration.step"),
    interrupted: () => isAskedFor(migration, deps),
    isPlaceLost: async (place) => isPlaceLost(await deps.registry(), place),
    forbidden: async () => forbiddenBy(migration, await deps.registry(), deps.clock.now()),
  };
}

async function isAskedFor(migration: MigrationRecord, deps: RunnerDeps): Promise<boolean> {
  return ((await deps.journal.find(migration.id))?.requested ?? null) !== null;
}

async function take(outcome: StepOutcome, migration: MigrationRecord, deps: RunnerDeps): Promise<"finished" | "read-again"> {
  switch (outcome.kind) {
    case "done":
    case "interrupted":
      return "read-again";
    case "abort":
      return await beginAbort(migration, deps, outcome.reason);
    case "regression":
      return await goBack(migration, deps, outcome.reason);
  }
}

async function beginAbort(migration: MigrationRecord, deps: RunnerDeps, reason: string): Promise<"read-again"> {
  await deps.journal.setState(deps.term, migration.id, { state: "aborting", error: reason });
  // Nobody waits for what goes no further, and whoever goes on without it can read that it does not.
  deps.companions.leave(migration.id);
  announce(deps, migration.id, "migration.changed");
  return "read-again";
}

async function abortOnce(migration: MigrationRecord, deps: RunnerDeps): Promise<"finished"> {
  let waitMs = RETRY_FIRST_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      await runAbort(stepRun(migration, deps, tries), deps.fault);
      break;
    } catch (error) {
      if (isFatal(error) || deps.signal.aborted) throw error;
      deps.logger.warn({ migration: migration.id, error: messageOf(error) }, "an abort met an outage and goes on");
      if (waitMs >= 400) await deps.journal.setWaiting(deps.term, migration.id, { code: "retry", message: messageOf(error) });
      await deps.clock.sleep(waitMs, deps.signal);
      waitMs = Math.min(RETRY_MAX_MS, waitMs * 2);
    }
  }
  await deps.journal.setState(deps.term, migration.id, { state: "aborted" });
  announce(deps, migration.id, "migration.changed");
  return "finished";
}

async function goBack(migration: MigrationRecord, deps: RunnerDeps, reason: string): Promise<"finished"> {
  // What the trial has measured since this run began is in the row.
  const current = (await deps.journal.find(migration.id)) ?? migration;
  if (isTried(current)) await endCanary(current, deps, reason);
  else await deps.journal.startRollback(deps.term, current, reason);
  return "finished";
}

async function succeed(migration: MigrationRecord, deps: RunnerDeps): Promise<"finished"> {
  const receipt = receiptOf(migration, await deps.egressUsdPerGiB(migration.from, migration.to));
  await deps.journal.setState(deps.term, migration.id, { state: "succeeded", receipt });
  deps.fault("forward:end");
  announce(deps, migration.id, "migration.changed");
  if (migration.rollbackOf !== null) announce(deps, migration.rollbackOf, "migration.changed");
  return "finished";
}

/** Telling listeners takes no part in a step's time, and its failure none in the move. */
function announce(deps: RunnerDeps, id: string, type: "migration.changed" | "migration.step"): void {
  deps.announcer.tell(id, type);
}
