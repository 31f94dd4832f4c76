import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { viewComponent } from "../../component-registry/domain/views.ts";
import type { Tx } from "../../platform/db/client.ts";
import { appendEvents } from "../../platform/db/events.ts";
import { AppError } from "../../platform/app-error.ts";
import { newMigration } from "../migration-service.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { viewMigration } from "../domain/view.ts";
import { findMigration, insertMigration, lockMigration } from "./migration-rows.ts";

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
 * false, and changes nothing, when an abort was accepted before: whoever locks the row first decides.
 */
export async function commit(tx: Tx, migration: MigrationRecord): Promise<boolean> {
  await lockMigration(tx, migration.id);
  const row = await tx.migration.findUnique({
    where: { id: migration.id },
    select: { requested: true, pointOfNoReturnAt: true },
  });
  const requested = row?.requested as { kind: string } | null | undefined;
  if (requested?.kind === "abort" && row?.pointOfNoReturnAt === null) return false;
  const { count } = await tx.component.updateMany({
    where: { key: migration.componentKey, epoch: { in: [migration.epochFrom, migration.epochTo] } },
    data: { epoch: migration.epochTo, changedAt: new Date() },
  });
  if (count === 0)
    throw new AppError("conflict", `${migration.componentKey} is no longer at epoch ${migration.epochFrom}`, {
      code: "stale-epoch",
    });
  const now = new Date();
  await tx.instance.updateMany({
    where: { name: { in: [...migration.context.targets] } },
    data: { epoch: migration.epochTo, migrationId: null, changedAt: now },
  });
  await tx.migration.updateMany({
    where: { id: migration.id, pointOfNoReturnAt: null },
    data: { pointOfNoReturnAt: now, progressAt: now },
  });
  await tx.migrationStep.update({
    where: { migrationId_name: { migrationId: migration.id, name: "commit" } },
    data: { state: "succeeded", endedAt: now },
  });
  await tx.reservation.deleteMany({ where: { migrationId: migration.id } });
  return true;
}

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
    where: { migrationId: migration.id, name: { in: ["watch", "retire"] } },
    data: { state: "skipped" },
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
  const reverse = newMigration(accepted, { order, id: newId("mig"), now: new Date(), newId, rollbackOf: migration.id });
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
