import type pg from "pg";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { viewComponent } from "../../component-registry/domain/views.ts";
import { toJson, type Tx } from "../../platform/db/client.ts";
import { appendEvents } from "../../platform/db/events.ts";
import { AppError } from "../../platform/app-error.ts";
import { newMigration } from "../migration-service.ts";
import { beginCanary, type CanaryRecord } from "../domain/canary.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { viewMigration } from "../domain/view.ts";
import { LEASE_LOCKED, leasedStatement } from "./leased.ts";
import { findMigration, insertMigration } from "./migration-rows.ts";

/** Who owns a component, and the only statements that change it. */

/** Rows of the targets, not yet serving: `migrationId` keeps them out of every route until the commit. */
export async function insertTargets(tx: Tx, migration: MigrationRecord, version: string): Promise<void> {
  await tx.instance.createMany({
    skipDuplicates: true,
    data: migration.context.targets.map((name) => ({
      name,
      componentKey: migration.componentKey,
      dataCenter: migration.to,
      state: "starting",
      epoch: migration.epochFrom,
      version,
      host: "127.0.0.1",
      migrationId: migration.id,
    })),
  });
}

/**
 * The targets own the component at the next epoch. Fails when the epoch is not the one this migration began with; answers
 * false, and changes nothing, when an abort was accepted before: whoever locks the row first decides. One statement, since
 * clients are waiting. Where the move is tried out the sources, which keep no state, go on at the same epoch beside them.
 */
export async function commit(pool: pg.Pool, term: number, migration: MigrationRecord): Promise<boolean> {
  const { id, componentKey, epochFrom, epochTo, context } = migration;
  const canary = beginCanary(context, new Date());
  const row = await leasedStatement<{ aborted: boolean; owned: boolean }>(pool, COMMIT, [
    term,
    id,
    componentKey,
    epochFrom,
    epochTo,
    context.targets,
    canary === null ? null : JSON.stringify(canary),
    canary === null ? [] : context.sources,
  ]);
  if (row.aborted) return false;
  if (row.owned) return true;
  throw new AppError("conflict", `${componentKey} is no longer at epoch ${epochFrom}`, { code: "stale-epoch" });
}

const COMMIT = `with held as (${LEASE_LOCKED}),
  turn as (select requested->>'kind' = 'abort' and point_of_no_return_at is null as aborted
    from migration where id = $2 and (select ok from held) for update),
  owned as (update component set epoch = $5, changed_at = clock_timestamp()
    where key = $3 and epoch in ($4, $5) and (select aborted from turn) is not true and (select ok from held) returning key),
  opened as (update instance set epoch = $5, migration_id = null, changed_at = clock_timestamp()
    where name = any($6::text[]) and exists (select 1 from owned)),
  kept as (update instance set epoch = $5, changed_at = clock_timestamp()
    where name = any($8::text[]) and desired and exists (select 1 from owned)),
  passed as (update migration set canary = coalesce(canary, $7::jsonb), point_of_no_return_at = coalesce(point_of_no_return_at, clock_timestamp()), progress_at = clock_timestamp()
    where id = $2 and exists (select 1 from owned)),
  recorded as (update migration_step set state = 'succeeded', ended_at = clock_timestamp()
    where migration_id = $2 and name = 'commit' and exists (select 1 from owned)),
  released as (delete from reservation where migration_id = $2 and exists (select 1 from owned))
  select exists (select 1 from held) as held, coalesce((select aborted from turn), false) as aborted, exists (select 1 from owned) as owned`;

/** The sources own the component again, at the next epoch: whatever the target was told before is stale. */
export async function fenceBack(tx: Tx, migration: MigrationRecord): Promise<void> {
  await tx.component.updateMany({
    where: { key: migration.componentKey, epoch: migration.epochFrom },
    data: { epoch: migration.epochTo, changedAt: new Date() },
  });
  await tx.instance.updateMany({
    where: { name: { in: [...migration.context.sources] }, epoch: migration.epochFrom },
    data: { epoch: migration.epochTo, changedAt: new Date() },
  });
  await tx.instance.updateMany({
    where: { name: { in: [...migration.context.sources] }, state: "sealed" },
    data: { state: "ready" },
  });
}

/** The end of a trial that did not hold: all users are with the source already, and the target is given up. */
export async function endCanary(tx: Tx, { id, context }: MigrationRecord, canary: CanaryRecord): Promise<void> {
  await tx.instance.updateMany({ where: { name: { in: [...context.targets] } }, data: { desired: false } });
  await tx.migration.updateMany({
    where: { id, state: "running" },
    data: {
      state: "rolled_back",
      canary: toJson(canary),
      error: canary.reason,
      waitingFor: toJson(null),
      endedAt: new Date(),
      progressAt: new Date(),
    },
  });
  await tx.migrationStep.updateMany({
    where: { migrationId: id, state: { in: ["pending", "running"] } },
    data: { state: "skipped", endedAt: new Date() },
  });
}

interface Rollback {
  readonly migration: MigrationRecord;
  readonly reason: string;
  readonly registry: RegistrySnapshot;
  readonly newId: (prefix: string) => string;
}

/** A reverse migration, and the old source given up: the way back carries the newer state. */
export async function startRollback(tx: Tx, { migration, reason, registry, newId }: Rollback): Promise<MigrationRecord> {
  const component = registry.components.find((record) => record.key === migration.componentKey);
  if (!component) throw new AppError("not-found", `${migration.componentKey} is no longer registered`);
  await tx.instance.updateMany({ where: { name: { in: [...migration.context.sources] } }, data: { desired: false } });
  await tx.migration.update({ where: { id: migration.id }, data: { state: "rolling_back", progressAt: new Date() } });
  await tx.migrationStep.updateMany({
    where: { migrationId: migration.id, state: { in: ["pending", "running"] } },
    data: { state: "skipped", endedAt: new Date() },
  });
  const accepted = {
    component,
    stateKind: migration.stateKind,
    epochFrom: component.epoch,
    epochTo: component.epoch + 1,
    sources: migration.context.targets,
    rails: { pauseBudgetMs: migration.context.pauseBudgetMs, holdDeadlineMs: migration.context.holdDeadlineMs, watchMs: 0 },
  };
  const order = {
    from: migration.to,
    to: migration.from,
    reason,
    actor: { kind: "system" as const, name: `rollback of ${migration.id}` },
  };
  const reverse = newMigration(accepted, { order, now: new Date(), newId, rollbackOf: migration.id });
  await insertMigration(tx, reverse);
  const [before, after] = [await findMigration(tx, migration.id), await findMigration(tx, reverse.id)];
  const events = [before, after]
    .filter((record) => record !== null)
    .map((record) => ({
      type: "migration.changed",
      subject: record.id,
      component: record.componentKey,
      data: viewMigration(record),
    }));
  await appendEvents(tx, [
    ...events,
    { type: "component.changed", subject: component.key, component: component.key, data: viewComponent(component, registry) },
  ]);
  return after ?? reverse;
}
