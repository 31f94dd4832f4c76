import type { Database } from "../../platform/db/client.ts";
import type { OwedOpenings } from "../engine/ports.ts";
import { leasedStatement, LEASE_HOLDS } from "./leased.ts";
import { toRecord } from "./migration-rows.ts";

/** A mark in the context of the migration whose abort owes the opening, so that no leader forgets it. */
export function createOwedOpenings({ prisma, pool }: Database): OwedOpenings {
  const mark = (isOwed: boolean) => async (term: number, id: string) => {
    await leasedStatement(pool, MARK, [term, id, JSON.stringify({ owesOpening: isOwed })]);
  };
  return {
    list: async () => {
      const context = { path: ["owesOpening"], equals: true };
      const rows = await prisma.migration.findMany({ where: { state: "aborted", context }, include: { steps: true } });
      return rows.map((row) => toRecord(row, null));
    },
    owe: mark(true),
    settle: mark(false),
  };
}

const MARK = `with held as (select ${LEASE_HOLDS} as ok),
  marked as (update migration set context = context || $3::jsonb where id = $2 and (select ok from held))
  select ok as held from held`;
