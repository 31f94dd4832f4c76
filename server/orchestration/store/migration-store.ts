import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { appendAudit } from "../../platform/db/audit-trail.ts";
import { toJson, type Database, type Tx } from "../../platform/db/client.ts";
import { appendEvents } from "../../platform/db/events.ts";
import { holdLock } from "../../platform/db/locks.ts";
import type { PastMove } from "../../migration-planning/domain/plan/pause.ts";
import type { LeasedChanges } from "../engine/ports.ts";
import type { MigrationFilter, MigrationPatch, MigrationStore, MigrationUnit } from "../ports.ts";
import { viewComponent } from "../../component-registry/domain/views.ts";
import { LEASE_HOLDS, leasedTransaction } from "./leased.ts";
import { findPlan, listPlans, migrationsOfPlans, openDuring, planUnitOf } from "./plan-rows.ts";
import { autoRunReaderOf, autoRunUnitOf } from "./auto-run-rows.ts";
import { FORGET_PLANS, listProposals } from "./forgotten-plans.ts";
import { findMigration, insertMigration, lockMigration, readFreeze, toRecord, writeFreeze } from "./migration-rows.ts";

export type ReadRegistry = (tx: Tx) => Promise<RegistrySnapshot>;

/** Migrations in PostgreSQL; the registry is read through the function that its own store exports. */
export function createMigrationStore(database: Database, readRegistry: ReadRegistry): MigrationStore {
  return {
    find: (id) => findMigration(database.prisma, id),
    list: (filter) => list(database, filter),
    plans: {
      find: (id) => findPlan(database.prisma, id),
      list: (filter) => listPlans(database.prisma, filter),
      migrations: (ids) => migrationsOfPlans(database.prisma, ids),
      proposals: (policy, from, to) => listProposals(database.pool, { policy, from, to }),
    },
    autoRun: autoRunReaderOf(database.prisma),
    past: () => past(database.prisma),
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
      ...(filter.during === undefined ? {} : openDuring(filter.during)),
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

const PAST_DAYS = 7;
const PAST_MAX = 500;

/** What earlier moves teach the next one, those included that gave up: they have cost, and held requests, as well. */
async function past(tx: Tx): Promise<readonly PastMove[]> {
  const rows = await tx.migration.findMany({
    where: {
      endedAt: { gte: new Date(Date.now() - PAST_DAYS * 86_400_000) },
      // One that was withdrawn before it began has moved, held and copied nothing.
      OR: [{ pointOfNoReturnAt: { not: null } }, { steps: { some: { startedAt: { not: null } } } }],
    },
    select: {
      componentKey: true,
      from: true,
      to: true,
      stateKind: true,
      endedAt: true,
      state: true,
      pointOfNoReturnAt: true,
      requested: true,
      pauseMs: true,
      receipt: true,
    },
    orderBy: { endedAt: "desc" },
    take: PAST_MAX,
  });
  return rows.map((row) => ({
    component: row.componentKey,
    from: row.from,
    to: row.to,
    stateless: row.stateKind === "stateless",
    endedAt: row.endedAt ?? new Date(0),
    succeeded: row.state === "succeeded",
    committed: row.pointOfNoReturnAt !== null,
    gaveUp: row.pointOfNoReturnAt === null && (row.requested as { kind?: string } | null)?.kind !== "abort",
    pauseMs: row.pauseMs,
    bytes: (row.receipt as { bytes?: number } | null)?.bytes ?? null,
  }));
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
    setReceipt: async (id, receipt) => {
      await tx.migration.update({ where: { id }, data: { receipt: toJson(receipt) } });
    },
    dismissInstances: async (names) => {
      await tx.instance.updateMany({ where: { name: { in: [...names] } }, data: { desired: false, changedAt: new Date() } });
    },
    setDrain: async (name, drain) => {
      await tx.dataCenter.update({ where: { name }, data: { drain: toJson(drain) } });
    },
    plans: planUnitOf(tx),
    autoRun: autoRunUnitOf(tx),
    past: () => past(tx),
    publish: (events) => appendEvents(tx, events),
    audit: (entry) => appendAudit(tx, entry),
  };
}

/** The same transaction for a leader: it can be made only while its lease holds. */
export function createLeasedChanges(database: Database, readRegistry: ReadRegistry): LeasedChanges {
  return {
    change: (term, work) =>
      leasedTransaction(database, term, async (tx) => {
        await holdLock(tx, "registry");
        return work(unitOf(tx, readRegistry));
      }),
    forgetPlans: async (term) => {
      await database.pool.query(FORGET_PLANS, [term]);
    },
    saveScores: async (term, scores) => {
      const { rows } = await database.pool.query<{ key: string }>(SAVE_SCORES, [
        term,
        scores.map(({ component }) => component),
        scores.map(({ score }) => JSON.stringify(score)),
        scores.map(({ candidate }) => candidate),
      ]);
      if (rows.length > 0)
        await tellComponents(
          database,
          readRegistry,
          rows.map(({ key }) => key),
        );
    },
  };
}

/** Answers the components whose candidacy has changed. */
const SAVE_SCORES = `with given as (select * from unnest($2::text[], $3::jsonb[], $4::bool[]) as t(key, score, candidate)),
  before as (select component.key, component.candidate from component join given using (key)),
  saved as (update component set score = nullif(given.score, 'null'::jsonb), candidate = given.candidate from given
    where component.key = given.key and ${LEASE_HOLDS} returning component.key, component.candidate)
  select saved.key from saved join before using (key) where before.candidate is distinct from saved.candidate`;

async function tellComponents(database: Database, readRegistry: ReadRegistry, keys: readonly string[]): Promise<void> {
  await database.transaction(async (tx) => {
    const registry = await readRegistry(tx);
    const changed = registry.components.filter(({ key }) => keys.includes(key));
    await appendEvents(
      tx,
      changed.map((record) => ({
        type: "component.changed",
        subject: record.key,
        component: record.key,
        data: viewComponent(record, registry),
      })),
    );
  });
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
