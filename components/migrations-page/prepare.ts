import type { MigrationDto, MigrationStepDto } from "../../server/api/shapes/index.ts";
import { milliseconds } from "../ui/format.ts";

const ENDED = new Set(["succeeded", "aborted", "rolled_back", "failed"]);
export const hasEnded = (migration: Pick<MigrationDto, "state">): boolean => ENDED.has(migration.state);

const LABELS: Readonly<Record<string, string>> = {
  reserve: "Reserve",
  deploy: "Deploy",
  "pre-copy": "Copy",
  pause: "Pause",
  seal: "Seal",
  "final-delta": "Delta",
  verify: "Verify",
  commit: "Commit",
  activate: "Activate",
  publish: "Route",
  resume: "Resume",
  watch: "Watch",
  retire: "Retire",
};
export const stepLabel = (name: string): string => LABELS[name] ?? name;

const HELD = new Set(["pause", "seal", "final-delta", "verify", "commit", "activate", "publish", "resume"]);
/** Steps during which clients' requests wait, where the component keeps state. */
export const isHeldStep = (step: MigrationStepDto): boolean => HELD.has(step.name) && step.state !== "skipped";

/** A run that carries state with it: one without skips the seal. */
export const isStateful = ({ steps }: Pick<MigrationDto, "steps">): boolean =>
  steps.some((step) => step.name === "seal" && step.state !== "skipped");

/** What stands over the steps in which requests wait. */
export function heldLabel(migration: MigrationDto): string {
  const stateOf = (name: string): string | undefined => migration.steps.find((step) => step.name === name)?.state;
  if (migration.pauseMs !== null) return `Requests were held for ${milliseconds(migration.pauseMs)}`;
  if (stateOf("pause") === "succeeded" && stateOf("resume") !== "succeeded" && !hasEnded(migration)) return "Requests are held";
  return stateOf("resume") === "succeeded" ? "No request had to wait" : "Requests wait";
}

/** "step 6 of 12": the commit is a point, not a step that takes time. */
export function stepOfAll(migration: MigrationDto): string {
  const applicable = migration.steps.filter((step) => step.state !== "skipped" && step.name !== "commit");
  const done = applicable.filter((step) => step.state === "succeeded").length;
  return `step ${Math.min(applicable.length, done + 1)} of ${applicable.length}`;
}

/** Done steps of those that apply; it only grows, whatever a copy round does. */
export function progressShare(migration: MigrationDto): number {
  const applicable = migration.steps.filter((step) => step.state !== "skipped");
  const done = applicable.filter((step) => step.state === "succeeded").length;
  return applicable.length === 0 ? 0 : done / applicable.length;
}

export interface Actions {
  readonly abort: { readonly label: string; readonly off: string | null };
  readonly rollback: { readonly label: string; readonly off: string | null };
}

/** What may be done to a run now; a button that is off says why. */
export function actionsOf(migration: MigrationDto, nameOf: (dataCenter: string) => string): Actions {
  const retire = migration.steps.find((step) => step.name === "retire");
  const retired = migration.state === "succeeded" || (retire !== undefined && retire.state !== "pending");
  const ended = hasEnded(migration);
  const committed = migration.pointOfNoReturnAt !== null;
  const abortOff = ended
    ? "The run has ended."
    : committed
      ? "The point of no return is passed: roll back instead."
      : migration.state === "aborting"
        ? "It is aborting."
        : null;
  const rollbackOff = retired
    ? `The source is retired: migrate it back from ${nameOf(migration.to)}.`
    : ended
      ? "The run has ended."
      : migration.state === "rolling_back"
        ? "It is rolling back."
        : committed
          ? null
          : "Roll back opens after the point of no return.";
  return {
    abort: { label: `Abort, return to ${nameOf(migration.from)}`, off: abortOff },
    rollback: { label: `Roll back to ${nameOf(migration.from)}`, off: rollbackOff },
  };
}

/** Length of a bar on a log scale, 2..100 %: rounds shrink by orders of magnitude. */
export function logShare(value: number, max: number): number {
  if (value <= 0 || max <= 0) return 2;
  return Math.max(2, (Math.log10(value + 1) / Math.log10(max + 1)) * 100);
}
