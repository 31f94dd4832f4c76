import type pg from "pg";
import type { LeaseStore } from "../engine/ports.ts";

export const LEASE_NAME = "orchestrator";

/** A lease by the database's own clock: the holders' clocks never meet. */
export function createLeaseStore(pool: pg.Pool): LeaseStore {
  return {
    acquire: async (holder, ttlMs) => {
      const { rows } = await pool.query<{ term: number }>(
        `insert into lease (name, holder, term, expires_at) values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
         on conflict (name) do update set
           term = case when lease.holder = excluded.holder and lease.expires_at > clock_timestamp() then lease.term else lease.term + 1 end,
           holder = excluded.holder, expires_at = excluded.expires_at
         where lease.holder = excluded.holder or lease.expires_at <= clock_timestamp()
         returning term`,
        [LEASE_NAME, holder, ttlMs],
      );
      return rows[0]?.term ?? null;
    },
    release: async (holder, term) => {
      await pool.query("update lease set expires_at = clock_timestamp() where name = $1 and holder = $2 and term = $3", [
        LEASE_NAME,
        holder,
        term,
      ]);
    },
  };
}
