import type { ComponentRecord } from "../../component-registry/domain/registry.ts";
import type { CommandContext, DeploymentDriver } from "../../deployment/index.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { RoutingControl } from "../../routing-layer/index.ts";
import type { Companions } from "../domain/companions.ts";
import type { Inventory } from "../engine/inventory.ts";
import type { Journal, OwedOpenings, StepProgress } from "../engine/ports.ts";
import type { Publisher } from "../engine/publisher.ts";
import type { EntryTraffic } from "../domain/canary.ts";
import { isLost, pauseLeftMs, type MigrationRecord, type StepName, type StepResults } from "../domain/migration.ts";
import { AppError } from "../../platform/app-error.ts";
import type { Reason } from "../../platform/result.ts";

/** What a watch learns of a component's users; null where nothing is known. */
export interface ServiceView {
  readonly requests: number;
  readonly errors: number;
  readonly latencyMsP95: number | null;
}

/** What a step may use. */
export interface StepDeps {
  readonly term: number;
  readonly journal: Journal;
  readonly owed: OwedOpenings;
  readonly driver: DeploymentDriver;
  readonly control: RoutingControl;
  readonly publisher: Publisher;
  readonly inventory: Inventory;
  readonly companions: Companions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly internalGatewayUrl: string;
  /** Round-trip time from the orchestrator's own place; picks which end of a link drives a transfer. */
  readonly rttMs: (place: string) => number;
  readonly serviceView: (component: string, since: Date, until: Date, latencySince?: Date) => Promise<ServiceView>;
  /** The gateway's own view of a component, by the entry that took the requests and the place that answered them. */
  readonly entryTraffic: (component: string, since: Date, until: Date) => Promise<readonly EntryTraffic[]>;
  readonly betweenMs: (from: string, to: string) => number;
  readonly egressUsdPerGiB: (from: string, to: string) => Promise<number | null>;
}

export interface StepRun {
  readonly migration: MigrationRecord;
  /** Read when a step needs it: inside the pause nobody waits for the registry. */
  readonly component: () => Promise<ComponentRecord>;
  readonly results: StepResults;
  /** How often this term has tried this step before. */
  readonly tries: number;
  readonly deps: StepDeps;
  readonly signal: AbortSignal;
  readonly progress: (progress: StepProgress) => Promise<void>;
  /** Tells listeners of the migration as it stands. */
  readonly announce: () => void;
  /** True once somebody asked for an abort or a rollback: long steps look at it and end early. */
  readonly interrupted: () => Promise<boolean>;
  /** Whether a place is lost: nobody there can be told anything now. */
  readonly isPlaceLost: (place: string) => Promise<boolean>;
  /** Why the manifest, as it is now, forbids the target's place; null where it does not. */
  readonly forbidden: () => Promise<string | null>;
}

export type StepOutcome =
  | { readonly kind: "done"; readonly result?: unknown; readonly bytes?: number; readonly rounds?: number }
  /** Cannot succeed: before the point of no return the migration is aborted with this reason. */
  | { readonly kind: "abort"; readonly reason: string }
  /** Ended early because somebody asked for something. */
  | { readonly kind: "interrupted" }
  /** The move made things worse: after the point of no return it goes back as a new migration. */
  | { readonly kind: "regression"; readonly reason: string };

/** A step's effect is idempotent: after a crash it runs again with the same command ids and gets the stored answers. */
export interface Step {
  readonly name: StepName;
  run(run: StepRun): Promise<StepOutcome>;
}

/** An owner that takes long to open must be waited for, and a command that was lost must be given again soon: longer each time. */
export const openingWithinMs = (tries: number): number => Math.min(60_000, 5_000 * 2 ** tries);

/** A step inside the pause gives up with the pause's budget, not after one of its own. */
export function withinPause({ migration, deps }: Pick<StepRun, "migration" | "deps">, because = "no time is left"): number {
  const left = pauseLeftMs(migration, deps.clock.now()) ?? migration.context.pauseBudgetMs;
  if (left <= 0) throw new AppError("unavailable", because);
  return left;
}

/** Nothing has to be given up of a place that is back: why a move away from it need not go on, or null. */
export async function backFromLoss({ migration, isPlaceLost }: StepRun): Promise<string | null> {
  if (!isLost(migration.context) || (await isPlaceLost(migration.from))) return null;
  return `${migration.from} is back: what runs there goes on`;
}

/** Where nothing is kept the source serves on as well as before; what has state can only be waited for. */
export async function lostTarget({ migration, isPlaceLost }: StepRun): Promise<StepOutcome | null> {
  if (migration.stateKind !== "stateless" || !(await isPlaceLost(migration.to))) return null;
  return { kind: "regression", reason: `${migration.to} is lost` };
}

export const done = (rest: Omit<Extract<StepOutcome, { kind: "done" }>, "kind"> = {}): StepOutcome => ({ kind: "done", ...rest });
export const abort = (reason: string): StepOutcome => ({ kind: "abort", reason });

/** A command about the migration's component. Its id is stable over retries and takeovers; different for every instance, step and migration. */
export const commandOf = (migration: MigrationRecord, what: string, epoch: number): CommandContext => ({
  component: migration.componentKey,
  epoch,
  commandId: `${migration.id}.${what}`,
});

export const inWords = (reasons: readonly Reason[]): string => reasons.map(({ message }) => message).join("; ");

/** Instances that a move is through with, and their state with them. */
export async function removeInstances(
  { migration, deps }: StepRun,
  { place, names, what, graceMs }: { place: string; names: readonly string[]; what: "remove" | "retire"; graceMs: number },
): Promise<void> {
  for (const name of names) {
    const command = { component: migration.componentKey, graceMs, removeState: true };
    const answer = await deps.driver.stop(place, name, command, commandOf(migration, `${what}.${name}`, migration.epochTo));
    if (!answer.ok) throw new Error(`${name} was not stopped: ${inWords(answer.reasons)}`);
  }
  await deps.journal.removeInstances(deps.term, names);
}
