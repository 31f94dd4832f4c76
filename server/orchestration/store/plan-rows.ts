import { toJson, type Prisma, type Tx } from "../../platform/db/client.ts";
import type { PlanContent } from "../../migration-planning/domain/plan/content.ts";
import type { PlanDecision, PlanMigration, PlanRecord } from "../../migration-planning/domain/plan/plan-record.ts";
import { statesBefore, type PlanState } from "../../migration-planning/domain/plan/plan-states.ts";
import type { MigrationState } from "../domain/migration.ts";
import type { Period, PlanFilter, PlanPatch, PlanUnit } from "../ports.ts";

type Row = Prisma.PlanGetPayload<object>;

/** Rows were written by this program only, so their JSON is trusted. */
function toRecord(row: Row): PlanRecord {
  return {
    ...row,
    state: row.state as PlanState,
    content: row.content as unknown as PlanContent,
    proposedBy: row.proposedBy as unknown as PlanRecord["proposedBy"],
    decision: row.decision as unknown as PlanDecision | null,
  };
}

/** Begun before its end, and not over before its beginning. */
export const openDuring = ({ from, to }: Period) => ({
  createdAt: { lte: to },
  OR: [{ endedAt: null }, { endedAt: { gt: from } }],
});

export async function findPlan(tx: Tx, id: string): Promise<PlanRecord | null> {
  const row = await tx.plan.findUnique({ where: { id } });
  return row ? toRecord(row) : null;
}

/** Newest first: ids begin with their time. */
export async function listPlans(tx: Tx, filter: PlanFilter): Promise<readonly PlanRecord[]> {
  const rows = await tx.plan.findMany({
    where: {
      ...(filter.states === undefined ? {} : { state: { in: [...filter.states] } }),
      ...(filter.after === undefined ? {} : { id: { lt: filter.after } }),
      ...(filter.during === undefined ? {} : openDuring(filter.during)),
    },
    orderBy: { id: "desc" },
    take: filter.limit,
  });
  return rows.map(toRecord);
}

/** The migrations of each plan, oldest first. */
export async function migrationsOfPlans(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly PlanMigration<MigrationState>[]>> {
  const rows = await tx.migration.findMany({
    where: { planId: { in: [...ids] } },
    select: { id: true, componentKey: true, state: true, planId: true },
    orderBy: { id: "asc" },
  });
  const entries = rows.map(({ id, componentKey, state, planId }) => ({
    planId: planId ?? "",
    id,
    component: componentKey,
    state: state as MigrationState,
  }));
  return Map.groupBy(entries, ({ planId }) => planId);
}

/** The plan's part of one transaction. */
export function planUnitOf(tx: Tx): PlanUnit {
  return {
    find: async (id) => {
      // Two decisions on one plan wait for each other here: the second one finds the first one's.
      await tx.$executeRaw`select 1 from plan where id = ${id} for update`;
      return await findPlan(tx, id);
    },
    insert: async (plan) => {
      await tx.plan.create({
        data: {
          id: plan.id,
          state: plan.state,
          hash: plan.hash,
          content: toJson(plan.content) as object,
          proposedBy: { ...plan.proposedBy },
          note: plan.note,
          createdAt: plan.createdAt,
          expiresAt: plan.expiresAt,
        },
      });
    },
    update: async (id, patch) =>
      (await tx.plan.updateMany({ where: { id, state: { in: statesOf(patch) } }, data: toData(patch) })).count > 0,
    list: (filter) => listPlans(tx, filter),
    migrations: async (id) => (await migrationsOfPlans(tx, [id])).get(id) ?? [],
  };
}

const statesOf = ({ state }: PlanPatch): string[] => [...statesBefore(state)];

function toData({ decision, ...plain }: PlanPatch): Prisma.PlanUpdateManyMutationInput {
  return { ...plain, ...(decision === undefined ? {} : { decision: toJson(decision) }) };
}
