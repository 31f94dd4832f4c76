import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { NewAuditEntry } from "../platform/db/audit-trail.ts";
import type { NewEvent } from "../platform/db/events.ts";
import type { Freeze } from "./domain/freeze.ts";
import type { MigrationRecord, MigrationState } from "./domain/migration.ts";

export interface MigrationFilter {
  readonly component?: string;
  readonly states?: readonly MigrationState[];
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
  /** Instances that no longer serve: the hosts stop them. */
  dismissInstances(names: readonly string[]): Promise<void>;
  publish(events: readonly NewEvent[]): Promise<void>;
  audit(entry: NewAuditEntry): Promise<void>;
}

export interface MigrationStore {
  find(id: string): Promise<MigrationRecord | null>;
  list(filter: MigrationFilter): Promise<readonly MigrationRecord[]>;
  freeze(): Promise<Freeze | null>;
  change<T>(work: (unit: MigrationUnit) => Promise<T>): Promise<T>;
}
