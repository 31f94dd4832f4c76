import { viewMigration } from "../domain/view.ts";
import { groupOf, type RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { viewComponent, viewInstance } from "../../component-registry/domain/views.ts";
import { demandOf, times } from "../../component-registry/domain/capacity.ts";
import { refusalsInPlan } from "../../migration-planning/domain/constraints/index.ts";
import type { Database } from "../../platform/db/client.ts";
import { appendEvents, type NewEvent } from "../../platform/db/events.ts";
import { holdLock } from "../../platform/db/locks.ts";
import { hasEnded, statesBefore, type MigrationRecord, type MigrationRequest } from "../domain/migration.ts";
import type { Journal } from "../engine/ports.ts";
import { findMigration, toRecord } from "./migration-rows.ts";
import type { ReadRegistry } from "./migration-store.ts";
import { LEASE_HOLDS, leasedStatement, leasedTransaction } from "./leased.ts";
import { commit, endCanary, fenceBack, insertTargets, startRollback } from "./ownership.ts";

/** The journal in PostgreSQL. The writes inside the pause are single statements on the plain pool: each is one round trip. */
export function createJournal(database: Database, readRegistry: ReadRegistry, newId: (prefix: string) => string): Journal {
  const leased: Leased = (term, work) => leasedTransaction(database, term, work);
  return {
    open: () => openMigrations(database),
    find: (id) => findMigration(database.prisma, id),
    ...statements(database),
    undo: (term, id, names) =>
      leased(term, async (tx) => {
        await tx.migrationStep.updateMany({
          where: { migrationId: id, name: { in: [...names] }, state: { in: ["running", "succeeded", "failed"] } },
          data: { state: "undone" },
        });
        await tx.migration.update({ where: { id }, data: { progressAt: new Date() } });
      }),
    reserve: (term, migration) =>
      leased(term, async (tx) => {
        // Two moves that do not fit together may ask at the same moment: the second sees what the first has taken.
        await holdLock(tx, "registry");
        return await reserve(tx, migration, await readRegistry(tx));
      }),
    insertTargets: (term, migration, version) => leased(term, (tx) => insertTargets(tx, migration, version)),
    markSealed: (term, names) =>
      leased(term, async (tx) => {
        await tx.instance.updateMany({ where: { name: { in: [...names] } }, data: { state: "sealed", changedAt: new Date() } });
      }),
    commit: (term, migration) => commit(database.pool, term, migration),
    fenceBack: (term, migration) => leased(term, (tx) => fenceBack(tx, migration)),
    ...instancesOf(leased),
    release: (term, id) =>
      leased(term, async (tx) => {
        await tx.reservation.deleteMany({ where: { migrationId: id } });
      }),
    endCanary: (term, migration, canary) => leased(term, (tx) => endCanary(tx, migration, canary)),
    startRollback: (term, migration, reason) =>
      leased(term, async (tx) => startRollback(tx, { migration, reason, registry: await readRegistry(tx), newId })),
    announce: (id, type) =>
      database.transaction(async (tx) => {
        const migration = await findMigration(tx, id);
        if (!migration) return;
        const moved = type === "migration.changed" ? movedBy(migration, await readRegistry(tx)) : [];
        await appendEvents(tx, [
          { type, subject: id, component: migration.componentKey, data: viewMigration(migration) },
          ...moved,
        ]);
      }),
  };
}

type Leased = <T>(term: number, work: Parameters<typeof leasedTransaction<T>>[2]) => Promise<T>;

/** What becomes of instances that a move is through with. */
function instancesOf(leased: Leased): Pick<Journal, "removeInstances" | "giveUpInstances"> {
  return {
    removeInstances: (term, names) =>
      leased(term, async (tx) => {
        await tx.instance.deleteMany({ where: { name: { in: [...names] } } });
      }),
    giveUpInstances: (term, names, salvage) =>
      leased(term, async (tx) => {
        const data = { desired: false, salvage, changedAt: new Date() };
        await tx.instance.updateMany({ where: { name: { in: [...names] } }, data });
      }),
  };
}

/** A move changes its component's epoch, places and state, and its instances' epochs: who only listens has to hear of those, too. */
function movedBy({ componentKey, context }: MigrationRecord, registry: RegistrySnapshot): NewEvent[] {
  const component = registry.components.find((record) => record.key === componentKey);
  const names = [...context.sources, ...context.targets];
  const instances = registry.instances.filter((instance) => names.includes(instance.name));
  return [
    ...instances.map((instance) => ({
      type: "instance.changed",
      subject: instance.name,
      component: componentKey,
      data: viewInstance(instance),
    })),
    ...(component
      ? [{ type: "component.changed", subject: componentKey, component: componentKey, data: viewComponent(component, registry) }]
      : []),
  ];
}

async function openMigrations({ prisma }: Database): Promise<MigrationRecord[]> {
  const rows = await prisma.migration.findMany({
    where: { state: { in: ["pending", "running", "aborting"] } },
    include: { steps: true },
    orderBy: { id: "asc" },
  });
  return rows.map((row) => toRecord(row, null));
}

type Statements = Pick<Journal, "advance" | "progress" | "setWaiting" | "setHeld" | "setCanary" | "setState">;

function statements({ pool }: Database): Statements {
  return {
    advance: async (term, id, { ended, skipped = [], begun }) => {
      const { requested } = await leasedStatement<{ requested: MigrationRequest | null }>(pool, ADVANCE, [
        term,
        id,
        ended?.name ?? null,
        ended?.state ?? null,
        JSON.stringify(ended?.result ?? null),
        ended?.bytes ?? null,
        ended?.rounds ?? null,
        ended?.error ?? null,
        skipped,
        begun ?? null,
      ]);
      return { requested };
    },
    progress: async (term, id, name, { bytes, rounds, roundBytes }) => {
      await leasedStatement(pool, PROGRESS, [term, id, name, bytes, rounds, JSON.stringify(roundBytes)]);
    },
    setWaiting: async (term, id, waitingFor) => {
      await leasedStatement(pool, WAITING, [term, id, waitingFor === null ? null : JSON.stringify(waitingFor)]);
    },
    setHeld: async (term, id, held, pauseMs) => {
      await leasedStatement(pool, HELD, [term, id, JSON.stringify(held), pauseMs]);
    },
    setCanary: async (term, id, canary) => {
      await leasedStatement(pool, CANARY, [term, id, JSON.stringify(canary)]);
    },
    setState: async (term, id, { state, error, receipt }) => {
      await leasedStatement(pool, STATE, [
        term,
        id,
        state,
        error ?? null,
        receipt === undefined ? null : JSON.stringify(receipt),
        hasEnded(state),
        statesBefore(state),
      ]);
    },
  };
}

/** The row is locked first: a wish to roll back that was accepted before `retire` began keeps it from beginning. */
const ADVANCE = `with held as (select ${LEASE_HOLDS} as ok),
  turn as (select requested, $10::text is distinct from 'retire' or requested->>'kind' is distinct from 'rollback' as begins
    from migration where id = $2 and (select ok from held) for update),
  ended as (update migration_step set state = $4, ended_at = clock_timestamp(), error = $8,
      result = case when $5::jsonb = 'null'::jsonb then result else $5::jsonb end, bytes = coalesce($6, bytes), rounds = coalesce($7, rounds)
    where migration_id = $2 and name = $3 and (select ok from held)),
  skipped as (update migration_step set state = 'skipped', ended_at = clock_timestamp()
    where migration_id = $2 and name = any($9::text[]) and (select ok from held)),
  begun as (update migration_step set state = 'running', attempt = attempt + 1, started_at = coalesce(started_at, clock_timestamp()), error = null
    where migration_id = $2 and name = $10 and (select begins from turn)),
  moved as (update migration set step = case when (select begins from turn) then coalesce($10, step) else step end, progress_at = clock_timestamp(), waiting_for = null where id = $2 and (select ok from held))
  select ok as held, (select requested from turn) as requested from held`;

const PROGRESS = `with held as (select ${LEASE_HOLDS} as ok),
  step as (update migration_step set bytes = $4, rounds = $5, round_bytes = $6::jsonb where migration_id = $2 and name = $3 and (select ok from held)),
  moved as (update migration set progress_at = clock_timestamp() where id = $2 and (select ok from held))
  select ok as held from held`;

const WAITING = `with held as (select ${LEASE_HOLDS} as ok),
  moved as (update migration set waiting_for = $3::jsonb, progress_at = clock_timestamp() where id = $2 and (select ok from held))
  select ok as held from held`;

const HELD = `with held as (select ${LEASE_HOLDS} as ok),
  moved as (update migration set held = $3::jsonb, pause_ms = $4 where id = $2 and (select ok from held))
  select ok as held from held`;

/** What was decided stays decided: a measurement that was on its way then is too late. */
const CANARY = `with held as (select ${LEASE_HOLDS} as ok),
  moved as (update migration set canary = $3::jsonb, progress_at = clock_timestamp()
    where id = $2 and state = 'running' and canary is not null and canary->>'decision' is null and (select ok from held))
  select ok as held from held`;

const STATE = `with held as (select ${LEASE_HOLDS} as ok),
  moved as (update migration set state = $3, error = coalesce($4, error), receipt = coalesce($5::jsonb, receipt), waiting_for = null, progress_at = clock_timestamp(),
      started_at = coalesce(started_at, clock_timestamp()), ended_at = case when $6 then clock_timestamp() else ended_at end
    where id = $2 and state = any($7::text[]) and ($3 <> 'aborting' or point_of_no_return_at is null) and (select ok from held)
    returning rollback_of),
  original as (update migration set state = case when $3 = 'succeeded' then 'rolled_back' else 'failed' end, ended_at = clock_timestamp(), progress_at = clock_timestamp(),
      error = case when $3 = 'succeeded' then error else 'the way back ended as ' || $3 || ': the component stays where it is' end
    where $6 and state = 'rolling_back' and id = (select rollback_of from moved))
  select ok as held from held`;

type Reserved = Awaited<ReturnType<Journal["reserve"]>>;

/** Asks every constraint again: between the order and its turn the world may have changed. A way back is always let in. */
async function reserve(
  tx: Parameters<Parameters<Database["transaction"]>[0]>[0],
  migration: MigrationRecord,
  registry: Awaited<ReturnType<ReadRegistry>>,
): Promise<Reserved> {
  const component = registry.components.find((record) => record.key === migration.componentKey);
  const destination = registry.dataCenters.find((record) => record.name === migration.to);
  if (!component || !destination)
    return {
      ok: false,
      code: "not-found",
      message: `${component ? migration.to : migration.componentKey} is no longer registered`,
    };
  const known = registry.reservations.some((entry) => entry.migrationId === migration.id);
  const [refusal] =
    known || migration.rollbackOf !== null
      ? []
      : refusalsInPlan({ component, destination, registry, now: new Date() }, groupOf(migration));
  if (refusal) return { ok: false, code: refusal.constraint, message: refusal.message };
  const demand = times(demandOf(component.spec), migration.context.targets.length);
  const row = { migrationId: migration.id, dataCenter: migration.to, ...demand };
  await tx.reservation.upsert({ where: { migrationId: migration.id }, create: row, update: row });
  return { ok: true };
}
