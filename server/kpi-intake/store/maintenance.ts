import type pg from "pg";
import { whileAlone } from "../../platform/db/locks.ts";
import { HOUR_MS } from "../domain/resolution.ts";

const DAY_MS = 24 * HOUR_MS;

/** How long rows of a table are kept at least, in ms; partitions go as a whole. Raw samples outlive what may still come late. */
const KEPT_MS: Readonly<Record<string, number>> = {
  traffic_sample: 6 * HOUR_MS,
  kpi_sample: 8 * DAY_MS,
  link_sample: 7 * DAY_MS,
  service_minute: 9 * DAY_MS,
  region_minute: 9 * DAY_MS,
  instance_minute: 9 * DAY_MS,
  // The many cells of a minute are worth their place for two days; their hours stay.
  density_minute: 2 * DAY_MS,
  service_hour: 400 * DAY_MS,
  region_hour: 400 * DAY_MS,
  instance_hour: 400 * DAY_MS,
  density_hour: 100 * DAY_MS,
};

/** Tomorrow's partitions are made today, and what is too old goes, but nothing that still is to be rolled up; one process does it. */
export async function maintainStore(pool: pg.Pool, now: Date): Promise<void> {
  await whileAlone(pool, "kpiMaintenance", async (client) => {
    await client.query("select geostitch_ensure_partitions(7)");
  });
  for (const [table, keptMs] of Object.entries(KEPT_MS))
    await whileAlone(pool, "kpiMaintenance", (client) => dropOld(client, table, new Date(now.getTime() - keptMs)));
  await pool.query("delete from webhook_delivery where at < now() - interval '2 days'");
}

async function dropOld(client: pg.PoolClient, table: string, before: Date): Promise<void> {
  const { rows } = await client.query<{ bound: Date | null }>(
    `select least($1::timestamptz, (select min(at) from roll_up_due), (select min(until) from roll_up_state where level = $2)) as bound`,
    [before, table.endsWith("_sample") ? "minute" : "hour"],
  );
  const bound = rows[0]?.bound ?? before;
  await client.query("select geostitch_drop_partitions_before($1, $2)", [table, bound]);
  await client.query(
    `insert into kept_since values ($1, $2)
     on conflict (table_name) do update set since = greatest(kept_since.since, excluded.since)`,
    [table, bound],
  );
}
