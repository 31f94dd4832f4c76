import type pg from "pg";
import type { Database, Tx } from "../../platform/db/client.ts";
import { LeaseLostError } from "../engine/ports.ts";
import { LEASE_NAME } from "./lease-store.ts";

/** The condition that every statement of a leader carries; `$1` is its term. */
export const LEASE_HOLDS = `exists (select 1 from lease where name = '${LEASE_NAME}' and term = $1 and expires_at > clock_timestamp())`;

/** The same, and the lease's row locked against its successor until the end: what decides who owns something takes this one. */
export const LEASE_LOCKED = `select true as ok from lease where name = '${LEASE_NAME}' and term = $1 and expires_at > clock_timestamp() for share`;

/** One statement that answers whether the lease held; nothing was written when it did not. */
export async function leasedStatement<Row = unknown>(
  pool: pg.Pool,
  sql: string,
  values: readonly unknown[],
): Promise<Row & { readonly held: true }> {
  const { rows } = await pool.query<Row & { held: true }>(sql, [...values]);
  const [row] = rows;
  if (!row || !(row as { held: boolean }).held) throw new LeaseLostError();
  return row;
}

/** A transaction that only a leader in office can run: the lease's row is locked against its successor until the end. */
export function leasedTransaction<T>(database: Database, term: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    const held = await tx.$queryRaw<
      unknown[]
    >`select 1 from lease where name = ${LEASE_NAME} and term = ${term} and expires_at > clock_timestamp() for share`;
    if (held.length === 0) throw new LeaseLostError();
    return await work(tx);
  });
}
