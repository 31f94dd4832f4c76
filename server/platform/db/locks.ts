import type pg from "pg";
import type { Tx } from "./client.ts";

/** PostgreSQL's advisory locks are numbers that a whole database shares: all of ours stand here, so that no two are one. */
export const LOCKS = {
  /** Any number of processes may start at once; one migrates, the others wait for it. */
  migrate: 7_203_411,
  eventOrder: 7_203_412,
  auditOrder: 7_203_413,
  /** The registry, moves and reservations: a move is never accepted for a component that is being removed. */
  registry: 7_203_414,
  agents: 7_203_415,
  /** Of any number of intakes one rolls up, and one makes and drops partitions. */
  kpiRollUp: 7_203_421,
  kpiMaintenance: 7_203_422,
} as const;

/** Waits for the lock, which is held until the transaction ends. */
export async function holdLock(tx: Tx, lock: keyof typeof LOCKS): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${LOCKS[lock]}::bigint)`;
}

/** Does `work` in one transaction while it alone holds the lock; null, and nothing done, where somebody else holds it. */
export async function whileAlone<T>(
  pool: pg.Pool,
  lock: keyof typeof LOCKS,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T | null> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<{ held: boolean }>("select pg_try_advisory_xact_lock($1::bigint) as held", [LOCKS[lock]]);
    const done = rows[0]?.held ? await work(client) : null;
    await client.query("commit");
    return done;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
