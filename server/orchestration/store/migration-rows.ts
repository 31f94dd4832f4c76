import { toJson, type Prisma, type Tx } from "../../platform/db/client.ts";
import {
  STEP_NAMES,
  stepOrdinal,
  type MigrationContext,
  type MigrationRecord,
  type MigrationRequest,
  type StepName,
  type StepRecord,
} from "../domain/migration.ts";
import type { Freeze } from "../domain/freeze.ts";

type Row = Prisma.MigrationGetPayload<{ include: { steps: true } }>;

/** Rows were written by this program only, so their JSON is trusted. */
export function toRecord(row: Row, rolledBackBy: string | null): MigrationRecord {
  const steps = [...row.steps]
    .sort((a, b) => a.ordinal - b.ordinal)
    .map((step): StepRecord => ({
      name: step.name as StepName,
      state: step.state as StepRecord["state"],
      attempt: step.attempt,
      bytes: step.bytes,
      rounds: step.rounds,
      roundBytes: step.roundBytes as StepRecord["roundBytes"],
      result: step.result,
      error: step.error,
      startedAt: step.startedAt,
      endedAt: step.endedAt,
    }));
  return {
    ...row,
    state: row.state as MigrationRecord["state"],
    step: row.step as StepName | null,
    stateKind: row.stateKind as MigrationRecord["stateKind"],
    requestedBy: row.requestedBy as unknown as MigrationRecord["requestedBy"],
    waitingFor: row.waitingFor as unknown as MigrationRecord["waitingFor"],
    requested: row.requested as unknown as MigrationRequest | null,
    context: row.context as unknown as MigrationContext,
    held: row.held as unknown as MigrationRecord["held"],
    canary: row.canary as unknown as MigrationRecord["canary"],
    rolledBackBy,
    steps,
  };
}

export async function findMigration(tx: Tx, id: string): Promise<MigrationRecord | null> {
  const row = await tx.migration.findUnique({ where: { id }, include: { steps: true } });
  if (!row) return null;
  const reverse = await tx.migration.findFirst({
    where: { rollbackOf: id },
    select: { id: true },
    orderBy: { createdAt: "desc" },
  });
  return toRecord(row, reverse?.id ?? null);
}

/** An intervention and the commit never decide at once. */
export async function lockMigration(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`select 1 from migration where id = ${id} for update`;
}

export async function insertMigration(tx: Tx, migration: MigrationRecord): Promise<void> {
  await tx.migration.create({
    data: {
      id: migration.id,
      componentKey: migration.componentKey,
      from: migration.from,
      to: migration.to,
      planId: migration.planId,
      state: migration.state,
      stateKind: migration.stateKind,
      epochFrom: migration.epochFrom,
      epochTo: migration.epochTo,
      reason: migration.reason,
      requestedBy: { ...migration.requestedBy },
      context: toJson(migration.context) as object,
      held: { ...migration.held },
      rollbackOf: migration.rollbackOf,
      createdAt: migration.createdAt,
      steps: { create: STEP_NAMES.map((name) => ({ name, ordinal: stepOrdinal(name) })) },
    },
  });
}

interface FreezeValue {
  reason: string;
  until: string | null;
  since: string;
  by: Freeze["by"];
}

export async function readFreeze(tx: Tx): Promise<Freeze | null> {
  const row = await tx.setting.findUnique({ where: { key: "freeze" } });
  if (!row) return null;
  const value = row.value as unknown as FreezeValue;
  return {
    reason: value.reason,
    until: value.until === null ? null : new Date(value.until),
    since: new Date(value.since),
    by: value.by,
  };
}

export async function writeFreeze(tx: Tx, freeze: Freeze | null): Promise<void> {
  if (!freeze) {
    await tx.setting.deleteMany({ where: { key: "freeze" } });
    return;
  }
  const value = toJson(freeze) as object;
  await tx.setting.upsert({
    where: { key: "freeze" },
    create: { key: "freeze", value },
    update: { value, changedAt: new Date() },
  });
}
