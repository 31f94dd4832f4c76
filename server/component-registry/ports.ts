import type { NewAuditEntry } from "../platform/db/audit-trail.ts";
import type { NewEvent } from "../platform/db/events.ts";
import type { PlannedChange } from "./domain/plan-apply.ts";
import type { RegistrySnapshot } from "./domain/registry.ts";

/** One transaction over the registry: its changes, their events and their audit entries stand or fall together. */
export interface RegistryUnit {
  read(): Promise<RegistrySnapshot>;
  /** In an order in which what is referred to stands before what refers to it. */
  write(changes: readonly PlannedChange[]): Promise<void>;
  removeComponent(key: string): Promise<void>;
  removeDataCenter(name: string): Promise<void>;
  publish(events: readonly NewEvent[]): Promise<void>;
  audit(entries: readonly NewAuditEntry[]): Promise<void>;
}

export interface RegistryStore {
  /** A consistent reading, outside any change. */
  read(): Promise<RegistrySnapshot>;
  /** Whether a component is registered: for those who need nothing else of it. */
  hasComponent(key: string): Promise<boolean>;
  /** Applies are serialised: two at once see each other's result, never half of it. */
  change<T>(work: (unit: RegistryUnit) => Promise<T>): Promise<T>;
}
