import type { ComponentScore, PlaceLoss, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import type { InstanceAgents } from "../../kpi-intake/index.ts";
import type { RouteSnapshot } from "../../routing-layer/domain/snapshot.ts";
import type { MigrationUnit } from "../ports.ts";
import type { HeldCounts, MigrationRecord, MigrationRequest, MigrationState, StepChange, StepName } from "../domain/migration.ts";
import type { HostReport } from "../domain/plan-inventory.ts";
import type { CanaryRecord } from "../domain/canary.ts";
import type { Receipt } from "../domain/view.ts";

/** Thrown by every write of a leader whose lease is over: it stops, its successor goes on from what is recorded. */
export class LeaseLostError extends Error {
  constructor() {
    super("the lease of this orchestrator is over");
    this.name = "LeaseLostError";
  }
}

export interface StepProgress {
  readonly bytes: number;
  readonly rounds: number;
  readonly roundBytes: readonly { readonly bytes: number; readonly durationMs: number }[];
}

/**
 * The journal of running migrations. Every write holds only while the lease of `term` does, in the same statement or
 * transaction, and throws LeaseLostError otherwise.
 */
export interface Journal {
  open(): Promise<readonly MigrationRecord[]>;
  find(id: string): Promise<MigrationRecord | null>;
  /** Ends `ended` and begins `begun` in one statement: between two steps nothing can be lost. Answers what was asked for meanwhile. */
  advance(term: number, id: string, change: StepChange): Promise<{ readonly requested: MigrationRequest | null }>;
  progress(term: number, id: string, name: StepName, progress: StepProgress): Promise<void>;
  setWaiting(term: number, id: string, waitingFor: { readonly code: string; readonly message: string } | null): Promise<void>;
  setHeld(term: number, id: string, held: HeldCounts, pauseMs: number | null): Promise<void>;
  setState(
    term: number,
    id: string,
    change: { readonly state: MigrationState; readonly error?: string; readonly receipt?: Receipt },
  ): Promise<void>;
  undo(term: number, id: string, names: readonly StepName[]): Promise<void>;
  reserve(
    term: number,
    migration: MigrationRecord,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string }>;
  /** Rows of the migration's targets, once. */
  insertTargets(term: number, migration: MigrationRecord, version: string): Promise<void>;
  markSealed(term: number, names: readonly string[]): Promise<void>;
  /** The point of no return: the target owns the component from here on. False: an abort was accepted first. */
  commit(term: number, migration: MigrationRecord): Promise<boolean>;
  /** The abort's counterpart of commit: the source owns the component at the new epoch. */
  fenceBack(term: number, migration: MigrationRecord): Promise<void>;
  removeInstances(term: number, names: readonly string[]): Promise<void>;
  /** Where nobody can be told now: their host stops them when it is heard again, and with `salvage` keeps what they kept. */
  giveUpInstances(term: number, names: readonly string[], salvage: boolean): Promise<void>;
  release(term: number, id: string): Promise<void>;
  /** What a trial has seen so far, or what was decided of it: routes follow. Nothing is changed any more once it is decided. */
  setCanary(term: number, id: string, canary: CanaryRecord): Promise<void>;
  /** Ends a migration whose users are all with its source again, and gives its targets up. */
  endCanary(term: number, migration: MigrationRecord, canary: CanaryRecord): Promise<void>;
  /** Ends a committed migration by a reverse one, which it answers. */
  startRollback(term: number, migration: MigrationRecord, reason: string): Promise<MigrationRecord>;
  /** Tells listeners of a migration as it now stands; never part of a step's own time. */
  announce(id: string, type: "migration.changed" | "migration.step"): Promise<void>;
}

/** Sources that an abort had to leave closed, because their place was lost after they were. */
export interface OwedOpenings {
  /** Of aborts that have ended. */
  list(): Promise<readonly MigrationRecord[]>;
  owe(term: number, id: string): Promise<void>;
  settle(term: number, id: string): Promise<void>;
}

/** Of a report, what is written down. */
export type ObservedInstance = Omit<HostReport, "commandFingerprint" | "agentFingerprint">;

export interface InventoryStore {
  read(): Promise<RegistrySnapshot>;
  /** Writes what hosts report, with an event for each instance and component whose public state changes. */
  observe(
    term: number,
    changes: { readonly seen: readonly ObservedInstance[]; readonly gone: readonly string[]; readonly heard: readonly string[] },
  ): Promise<void>;
  /** New instances that should run, as rows; the next pass deploys them. */
  insert(
    term: number,
    rows: readonly {
      readonly name: string;
      readonly componentKey: string;
      readonly dataCenter: string;
      readonly epoch: number;
      readonly version: string;
    }[],
  ): Promise<void>;
  dismiss(term: number, names: readonly string[]): Promise<void>;
  announceDataCenters(names: readonly string[]): Promise<void>;
  /** Writes that a place is lost, and what becomes of what ran there; null: it is back. Its instances serve nobody meanwhile. */
  setLoss(term: number, place: string, loss: PlaceLoss | null): Promise<void>;
}

export interface AgentStore {
  /** Instances that should run, each with its agent, and whether a move that began a moment ago has still to switch. */
  read(): Promise<InstanceAgents & { readonly isSwitching: boolean }>;
  /** Gives these an agent, with an event for each; takes away the agents whose instance is gone. */
  enrol(term: number, instances: readonly string[]): Promise<void>;
}

export interface RouteStore {
  last(): Promise<RouteSnapshot | null>;
  /** Records a snapshot under its version, with its event. */
  record(term: number, snapshot: RouteSnapshot): Promise<void>;
}

/** Changes that a leader makes to plans and migrations; thrown away with LeaseLostError when its lease is over. */
export interface LeasedChanges {
  change<T>(term: number, work: (unit: MigrationUnit) => Promise<T>): Promise<T>;
  /** Forgets proposals that nobody decided a day ago: what was decided stays. */
  forgetPlans(term: number): Promise<void>;
  /** How present placements score; listeners hear of components that become candidates, or no longer are. */
  saveScores(term: number, scores: readonly ScoredComponent[]): Promise<void>;
}

export interface ScoredComponent {
  readonly component: string;
  readonly score: ComponentScore | null;
  readonly candidate: boolean;
}

export interface LeaseStore {
  /** Takes a free or expired lease, or renews one's own. Answers the term held, or null when somebody else holds it. */
  acquire(holder: string, ttlMs: number): Promise<number | null>;
  release(holder: string, term: number): Promise<void>;
}
