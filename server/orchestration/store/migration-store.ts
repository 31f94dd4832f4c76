import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { appendAudit } from "../../platform/db/audit-trail.ts";
import { toJson, type Database, type Tx } from "../../platform/db/client.ts";
import { appendEvents } from "../../platform/db/events.ts";
import { holdLock } from "../../platform/db/locks.ts";
import type { MigrationFilter, MigrationPatch, MigrationStore, MigrationUnit } from "../ports.ts";
import { findMigration, insertMigration, lockMigration, readFreeze, toRecord, writeFreeze } from "./migration-rows.ts";

export type ReadRegistry = (tx: Tx) => Promise<RegistrySnapshot>;

/** Migrations in PostgreSQL; the registry is read through the function that its own store exports. */
export function createMigrationStore(database: Database, readRegistry: ReadRegistry): MigrationStore {
  return {
    find: (id) => findMigration(database.prisma, id),
    list: (filter) => list(database, filter),
    freeze: () => readFreeze(database.prisma),
    change: (work) =>
      database.transaction(async (tx) => {
        await holdLock(tx, "registry");
        return work(unitOf(tx, readRegistry));
      }),
  };
}

async function list({ prisma }: Database, filter: MigrationFilter) {
  const rows = await prisma.migration.findMany({
    where: {
      ...(filter.component === undefined ? {} : { componentKey: filter.component }),
      ...(filter.states === undefined ? {} : { state: { in: [...filter.states] } }),
      ...(filter.after === undefined ? {} : { id: { lt: filter.after } }),
    },
    // Ids begin with their time, so their order is the order of age.
    orderBy: { id: "desc" },
    take: filter.limit,
    include: { steps: true },
  });
  const reverses = await prisma.migration.findMany({
    where: { rollbackOf: { in: rows.map((row) => row.id) } },
    select: { id: true, rollbackOf: true },
  });
  const reverseOf = new Map(reverses.map((row) => [row.rollbackOf, row.id]));
  return rows.map((row) => toRecord(row, reverseOf.get(row.id) ?? null));
}

function unitOf(tx: Tx, readRegistry: ReadRegistry): MigrationUnit {
  return {
    registry: () => readRegistry(tx),
    freeze: () => readFreeze(tx),
    setFreeze: (freeze) => writeFreeze(tx, freeze),
    find: async (id) => {
      await lockMigration(tx, id);
      return await findMigration(tx, id);
    },
    insert: (migration) => insertMigration(tx, migration),
    update: (id, patch) => update(tx, id, patch),
    dismissInstances: async (names) => {
      await tx.instance.updateMany({ where: { name: { in: [...names] } }, data: { desired: false, changedAt: new Date() } });
    },
    publish: (events) => appendEvents(tx, events),
    audit: (entry) => appendAudit(tx, entry),
  };
}

async function update(tx: Tx, id: string, patch: MigrationPatch): Promise<void> {
  const { requested, waitingFor, ...plain } = patch;
  await tx.migration.update({
    where: { id },
    data: {
      ...plain,
      progressAt: new Date(),
      ...(requested === undefined ? {} : { requested: toJson(requested) }),
      ...(waitingFor === undefined ? {} : { waitingFor: toJson(waitingFor) }),
    },
  });
}
