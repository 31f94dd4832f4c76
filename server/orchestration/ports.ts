import type { Drain, RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { PastMove } from "../migration-planning/domain/plan/pause.ts";
import type { PlanDecision, PlanMigration, PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import type { PlanState } from "../migration-planning/domain/plan/plan-states.ts";
import type { Proposal } from "../migration-planning/domain/shadow/shadow.ts";
import type { NewAuditEntry } from "../platform/db/audit-trail.ts";
import type { NewEvent } from "../platform/db/events.ts";
import type { AutomaticMove, AutoRunRecord } from "./domain/auto-run.ts";
import type { Freeze } from "./domain/freeze.ts";
import type { MigrationRecord, MigrationState } from "./domain/migration.ts";
import type { Receipt } from "./domain/view.ts";

/** From the one moment to the other, both included. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

export interface MigrationFilter {
  readonly component?: string;
  readonly states?: readonly MigrationState[];
  /** Only those that were open at some moment of it. */
  readonly during?: Period;
  readonly limit: number;
  /** Only older ones: the id of the last of the page before. */
  readonly after?: string;
}

export type MigrationPatch = Partial<Pick<MigrationRecord, "state" | "requested" | "waitingFor" | "error" | "endedAt">>;

/** One transaction over migrations and what they touch, serialised with the registry's own changes. */
export interface MigrationUnit {
  registry(): Promise<RegistrySnapshot>;
  freeze(): Promise<Freeze | null>;
  setFreeze(freeze: Freeze | null): Promise<void>;
  find(id: string): Promise<MigrationRecord | null>;
  insert(migration: MigrationRecord): Promise<void>;
  update(id: string, patch: MigrationPatch): Promise<void>;
  setReceipt(id: string, receipt: Receipt): Promise<void>;
  /** Instances that no longer serve: the hosts stop them. */
  dismissInstances(names: readonly string[]): Promise<void>;
  /** Null: the place takes new components again. */
  setDrain(place: string, drain: Drain | null): Promise<void>;
  readonly plans: PlanUnit;
  readonly autoRun: AutoRunUnit;
  /** Moves that have ended in the last days, newest first. */
  past(): Promise<readonly PastMove[]>;
  publish(events: readonly NewEvent[]): Promise<void>;
  audit(entry: NewAuditEntry): Promise<void>;
}

export interface PlanFilter {
  readonly states?: readonly PlanState[];
  /** Only those that were open at some moment of it. */
  readonly during?: Period;
  readonly limit: number;
  /** Only older ones: the id of the last of the page before. */
  readonly after?: string;
}

export interface PlanPatch {
  readonly state: PlanState;
  readonly decision?: PlanDecision;
  readonly note?: string;
  readonly supersededBy?: string;
  readonly endedAt?: Date;
}

/** Plans within one transaction. */
export interface PlanUnit {
  /** Locked until the transaction ends. */
  find(id: string): Promise<PlanRecord | null>;
  insert(plan: PlanRecord): Promise<void>;
  /** False, and nothing is changed, where the plan's state does not let it become the patch's. */
  update(id: string, patch: PlanPatch): Promise<boolean>;
  list(filter: PlanFilter): Promise<readonly PlanRecord[]>;
  migrations(id: string): Promise<readonly PlanMigration<MigrationState>[]>;
}

export interface PlanReader {
  find(id: string): Promise<PlanRecord | null>;
  list(filter: PlanFilter): Promise<readonly PlanRecord[]>;
  /** The migrations of each plan, oldest first. */
  migrations(ids: readonly string[]): Promise<ReadonlyMap<string, readonly PlanMigration<MigrationState>[]>>;
  /** What the planner proposed under a policy between two times, forgotten plans included, oldest first. */
  proposals(policy: string, from: Date, to: Date): Promise<readonly Proposal[]>;
}

/** How automatic moves stand, by policy. */
export interface AutoRunReader {
  read(policy: string): Promise<AutoRunRecord>;
  /** What the planner ordered by itself, newest first. */
  moves(policy: string, limit: number): Promise<readonly AutomaticMove[]>;
}

export interface AutoRunUnit extends AutoRunReader {
  write(record: AutoRunRecord): Promise<void>;
}

export interface MigrationStore {
  readonly plans: PlanReader;
  readonly autoRun: AutoRunReader;
  /** Moves that have ended in the last days, newest first. */
  past(): Promise<readonly PastMove[]>;
  find(id: string): Promise<MigrationRecord | null>;
  list(filter: MigrationFilter): Promise<readonly MigrationRecord[]>;
  freeze(): Promise<Freeze | null>;
  change<T>(work: (unit: MigrationUnit) => Promise<T>): Promise<T>;
}
