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
} as const;

/** Waits for the lock, which is held until the transaction ends. */
export async function holdLock(tx: Tx, lock: keyof typeof LOCKS): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${LOCKS[lock]}::bigint)`;
}
