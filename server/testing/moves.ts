import { setTimeout as delay } from "node:timers/promises";
import { createRegistryService } from "../component-registry/index.ts";
import { createRegistryStore } from "../component-registry/store/registry-store.ts";
import { readRegistry } from "../component-registry/store/records.ts";
import { hasEnded, type MigrationRecord } from "../orchestration/domain/migration.ts";
import { createMigrationService, type MigrationService } from "../orchestration/index.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { systemActor } from "../platform/actor.ts";
import { systemClock } from "../platform/clock.ts";
import { openDatabase, type Database } from "../platform/db/client.ts";
import { newId } from "../platform/ids.ts";

const actor = systemActor("test");
const HEARD_WITHIN_MS = 2_500;

/** Resolves true as soon as `check` does, false when `timeoutMs` passes first. */
export async function until(check: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (await check()) return true;
    await delay(20);
  }
  return false;
}

export interface Moves {
  readonly database: Database;
  readonly service: MigrationService;
  /** Applies manifests as an administrator. */
  apply(manifests: readonly unknown[]): Promise<void>;
  /** Where the component's ready instance runs; waits for one. */
  placeOf(component: string): Promise<string>;
  /** A move is refused while nobody has heard of its place: a new orchestrator needs a moment to listen. */
  untilHeard(places: number, timeoutMs: number): Promise<void>;
  /** The last move's source may still be stopping: an order is given again until it is taken. */
  request(component: string, from: string, to: string): Promise<MigrationRecord>;
  abort(id: string): Promise<void>;
  /** Null when it has not ended after `timeoutMs`. */
  ended(id: string, timeoutMs: number): Promise<MigrationRecord | null>;
  close(): Promise<void>;
}

/** Orders moves in a running world through the same service as the API does. */
export function openMoves(appUrl: string): Moves {
  const database = openDatabase(appUrl, { connectionsMax: 4 });
  const store = createMigrationStore(database, readRegistry);
  const service = createMigrationService({ store, clock: systemClock, newId, wake: () => undefined });
  const registry = createRegistryService({ store: createRegistryStore(database), clock: systemClock });
  return {
    database,
    service,
    apply: async (manifests) => {
      await registry.apply({ manifests: [...manifests], dryRun: false, actor, requestId: null });
    },
    placeOf: async (component) => {
      for (;;) {
        const row = await database.prisma.instance.findFirst({
          where: { componentKey: component, desired: true, migrationId: null, state: "ready" },
        });
        if (row) return row.dataCenter;
        await delay(100);
      }
    },
    untilHeard: async (places, timeoutMs) => {
      const heard = async (): Promise<boolean> => {
        const since = new Date(Date.now() - HEARD_WITHIN_MS);
        return (await database.prisma.dataCenter.count({ where: { lastSeenAt: { gt: since } } })) === places;
      };
      await until(heard, timeoutMs);
    },
    request: async (component, from, to) => {
      for (let tries = 0; ; tries += 1) {
        try {
          return await service.request({ component, from, to, reason: "test", actor, requestId: null });
        } catch (error) {
          if (tries > 100) throw error;
          await delay(100);
        }
      }
    },
    abort: async (id) => {
      await service.abort({ id, reason: "test", actor, requestId: null }).catch(() => undefined);
    },
    ended: async (id, timeoutMs) => {
      const reached = await until(async () => hasEnded((await service.get(id)).state), timeoutMs);
      return reached ? await service.get(id) : null;
    },
    close: () => database.close(),
  };
}
