import type { CanaryRecord, CanarySettings } from "./canary.ts";
import type { MovePromise } from "./promise.ts";

/** A migration's states and steps, as tables. No status is compared as a string anywhere else. */

export const STEP_NAMES = [
  "reserve",
  "deploy",
  "pre-copy",
  "pause",
  "seal",
  "final-delta",
  "verify",
  "commit",
  "activate",
  "publish",
  "resume",
  "watch",
  "retire",
] as const;
export type StepName = (typeof STEP_NAMES)[number];
export const STEP_STATES = ["pending", "running", "succeeded", "skipped", "failed", "undone"] as const;
export type StepState = (typeof STEP_STATES)[number];
export const MIGRATION_STATES = [
  "pending",
  "running",
  "aborting",
  "rolling_back",
  "succeeded",
  "aborted",
  "rolled_back",
  "failed",
] as const;
export type MigrationState = (typeof MIGRATION_STATES)[number];
export type StateKind = "stateless" | "partial" | "full";

/** Which state may follow which. */
const TRANSITIONS: Readonly<Record<MigrationState, readonly MigrationState[]>> = {
  pending: ["running", "aborted"],
  // Straight back: while a move is tried out its source still serves, and no second move has to bring anything back.
  running: ["aborting", "rolling_back", "rolled_back", "succeeded", "failed"],
  aborting: ["aborted", "failed"],
  rolling_back: ["rolled_back", "failed"],
  succeeded: [],
  aborted: [],
  rolled_back: [],
  failed: [],
};

export const mayBecome = (from: MigrationState, to: MigrationState): boolean => TRANSITIONS[from].includes(to);
/** The states from which the table lets this one be reached; the statement that sets it names them. */
export const statesBefore = (to: MigrationState): readonly MigrationState[] =>
  MIGRATION_STATES.filter((from) => mayBecome(from, to));
export const hasEnded = (state: MigrationState): boolean => TRANSITIONS[state].length === 0;
export const ENDED_STATES: readonly MigrationState[] = MIGRATION_STATES.filter(hasEnded);
/** The engine has work to do on it. */
export const isOpen = (state: MigrationState): boolean => !hasEnded(state) && state !== "rolling_back";

/** Stateless components have nothing to copy and nobody to hold: they go make-before-break. */
const ONLY_WITH_STATE: readonly StepName[] = ["pre-copy", "pause", "seal", "final-delta", "verify"];
export const appliesTo = (step: StepName, kind: StateKind): boolean => kind !== "stateless" || !ONLY_WITH_STATE.includes(step);

export const stepOrdinal = (step: StepName): number => STEP_NAMES.indexOf(step);
/** Before this step is recorded an abort brings the source back; after it there is only forward, or a way back as a new move. */
export const POINT_OF_NO_RETURN: StepName = "commit";
export const isBeforePointOfNoReturn = (step: StepName): boolean => stepOrdinal(step) <= stepOrdinal(POINT_OF_NO_RETURN);

/** The five groups at whose start, end, effect and record faults are injected (design, section 5). */
export const STEP_GROUPS: Readonly<Record<string, readonly StepName[]>> = {
  prepare: ["reserve", "deploy", "pre-copy"],
  seal: ["pause", "seal"],
  commit: ["final-delta", "verify", "commit"],
  switch: ["activate", "publish", "resume"],
  settle: ["watch", "retire"],
};

/** How far the target is, and the digest it was given there. */
export interface CopiedRest {
  readonly position: string;
  readonly digest: string | null;
  readonly bytes: number;
}

/** What one step leaves for the next ones, recorded with its success. */
export interface StepResults {
  readonly deploy?: { readonly targets: readonly string[] };
  readonly "pre-copy"?: {
    readonly position: string;
    readonly bytes: number;
    readonly rounds: number;
    readonly restDurationMs: number;
    readonly digest: string | null;
  };
  readonly pause?: { readonly told: number };
  readonly seal?: {
    readonly position: string;
    readonly digest: string;
    readonly items: number;
    /** What came across in the same exchange as the seal; null where it has to be fetched. */
    readonly rest: CopiedRest | null;
  };
  readonly "final-delta"?: { readonly position: string; readonly digest: string | null; readonly bytes: number };
  readonly verify?: { readonly position: string; readonly digest: string; readonly items: number };
  readonly publish?: { readonly version: number };
  readonly watch?: {
    /** From when on it looked at how long requests take, RFC 3339; a move of an older release does not say. */
    readonly since?: string;
    readonly observedMs: number;
    readonly latencyMsP95: number | null;
    readonly requests: number;
    readonly errors: number;
  };
}

/** Guard rails and names as they were when the migration was asked for: a policy published later does not change a running move. */
export interface MigrationContext {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly pauseBudgetMs: number;
  readonly holdDeadlineMs: number;
  readonly watchMs: number;
  /** By how much users may wait longer than expected before a move goes back by itself; absent in records of before. */
  readonly regressionPercent?: number;
  /** Absent or null: nothing was promised. */
  readonly promise?: MovePromise | null;
  /** How it is tried on a part of the users first; absent or null: it takes all of them at once. */
  readonly canary?: CanarySettings | null;
  /** The source's place is lost: nothing can be copied from it, nobody can be told there. Absent or null: it is not. */
  readonly lost?: LostSource | null;
  /** The plan that it takes back; absent or null: none. */
  readonly returnOf?: string | null;
}

export interface LostSource {
  /** RFC 3339: when its place was last heard of. */
  readonly since: string;
  /** What an approver has accepted to lose, in words; null where there is no state. */
  readonly accepted: string | null;
}

export interface HeldCounts {
  readonly now: number;
  readonly max: number;
  readonly total: number;
  readonly failed: number;
}

/** What somebody asked of a migration while it runs. */
export interface MigrationRequest {
  readonly kind: "abort" | "rollback";
  readonly reason: string;
  readonly by: string;
}

export interface StepRecord {
  readonly name: StepName;
  readonly state: StepState;
  readonly attempt: number;
  readonly bytes: number | null;
  readonly rounds: number | null;
  readonly roundBytes: readonly { readonly bytes: number; readonly durationMs: number }[] | null;
  readonly result: unknown;
  readonly error: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export interface MigrationRecord {
  readonly id: string;
  readonly componentKey: string;
  readonly from: string;
  readonly to: string;
  readonly planId: string | null;
  readonly state: MigrationState;
  readonly step: StepName | null;
  readonly stateKind: StateKind;
  readonly epochFrom: number;
  readonly epochTo: number;
  readonly pointOfNoReturnAt: Date | null;
  readonly reason: string;
  readonly requestedBy: { readonly kind: "user" | "key" | "system"; readonly name: string };
  readonly waitingFor: { readonly code: string; readonly message: string } | null;
  readonly requested: MigrationRequest | null;
  readonly context: MigrationContext;
  readonly held: HeldCounts;
  readonly pauseMs: number | null;
  /** Null: it is not tried out, or does not own the component yet. */
  readonly canary: CanaryRecord | null;
  readonly error: string | null;
  readonly receipt: unknown;
  readonly rollbackOf: string | null;
  readonly rolledBackBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly steps: readonly StepRecord[];
}

/** The recorded results of the steps that succeeded. */
export function resultsOf(migration: MigrationRecord): StepResults {
  const done = migration.steps.filter((step) => step.state === "succeeded" && step.result !== null);
  return Object.fromEntries(done.map((step) => [step.name, step.result]));
}

/** The next step that has neither succeeded nor been skipped, or null at the end. */
export function nextStep(migration: MigrationRecord): StepName | null {
  return (
    STEP_NAMES.find(
      (name) => !migration.steps.some((step) => step.name === name && (step.state === "succeeded" || step.state === "skipped")),
    ) ?? null
  );
}

export const stepOf = ({ steps }: Pick<MigrationRecord, "steps">, name: StepName): StepRecord | undefined =>
  steps.find((step) => step.name === name);

/** Whether a step is taken in this very move: there is nothing to watch for no time. */
export const takesPart = (step: StepName, { stateKind, context }: Pick<MigrationRecord, "stateKind" | "context">): boolean =>
  appliesTo(step, isLost(context) ? "stateless" : stateKind) && (step !== "watch" || context.watchMs > 0);

/** From a lost place nothing is copied and nobody is held. */
export const isLost = ({ lost = null }: MigrationContext): boolean => lost !== null;

/** Since when all users are with the target and its plan's other moves have switched, too; null before the watch. */
export const watchedSince = (migration: MigrationRecord): Date | null => {
  const { since } = resultsOf(migration).watch ?? {};
  return since === undefined ? switchedSince(migration) : new Date(since);
};

const switchedSince = (migration: MigrationRecord): Date | null =>
  migration.canary?.decidedAt ? new Date(migration.canary.decidedAt) : (stepOf(migration, "watch")?.startedAt ?? null);

/** When requests began to be held, or null before that. */
export const pausedSince = (migration: MigrationRecord): Date | null => stepOf(migration, "pause")?.startedAt ?? null;

/** What is left of the budget, at `now`; null before the pause. Zero and less: it is used up. */
export function pauseLeftMs(migration: MigrationRecord, now: Date): number | null {
  const since = pausedSince(migration);
  return since === null ? null : migration.context.pauseBudgetMs - (now.getTime() - since.getTime());
}

/** What one statement of the journal changes. */
export interface StepChange {
  readonly ended?: {
    readonly name: StepName;
    readonly state: Extract<StepState, "succeeded" | "skipped" | "failed">;
    readonly result?: unknown;
    readonly bytes?: number;
    readonly rounds?: number;
    readonly error?: string;
  };
  readonly skipped?: readonly StepName[];
  readonly begun?: StepName;
}

/** The record behind a change of its steps, as the journal's statement makes it; `now` stands for the database's clock. */
export function withSteps(migration: MigrationRecord, { ended, skipped = [], begun }: StepChange, now: Date): MigrationRecord {
  const steps = migration.steps.map((step): StepRecord => {
    if (step.name === ended?.name) {
      const { state, result = step.result, bytes = step.bytes, rounds = step.rounds, error = null } = ended;
      return { ...step, state, result, bytes, rounds, error, endedAt: now };
    }
    if (skipped.includes(step.name)) return { ...step, state: "skipped", endedAt: now };
    if (step.name === begun)
      return { ...step, state: "running", attempt: step.attempt + 1, startedAt: step.startedAt ?? now, error: null };
    return step;
  });
  const passed = ended?.name === POINT_OF_NO_RETURN ? now : null;
  return {
    ...migration,
    steps,
    step: begun ?? migration.step,
    waitingFor: null,
    pointOfNoReturnAt: migration.pointOfNoReturnAt ?? passed,
  };
}

/** Between the first held request and the last one's release. */
export const isInPause = (name: StepName): boolean =>
  stepOrdinal(name) >= stepOrdinal("pause") && stepOrdinal(name) < stepOrdinal("resume");
