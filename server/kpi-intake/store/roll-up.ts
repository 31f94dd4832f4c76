import type pg from "pg";
import { whileAlone } from "../../platform/db/locks.ts";
import { FACETS, tableOf, type Facet } from "../domain/facets.ts";
import { packCounts, unpackCounts } from "../domain/packed-counts.ts";
import { HOUR_MS, MINUTE_MS } from "../domain/resolution.ts";

/** A minute is rolled up this long after its end: what a gateway counted in it has arrived by then. What comes later is rolled up again. */
const SETTLE_MS = 10_000;

type Coarse = "minute" | "hour";
const FINER = { minute: "raw", hour: "minute" } as const;
const UNIT_MS = { minute: MINUTE_MS, hour: HOUR_MS } as const;
/** So many units go into one transaction. */
const UNITS_MAX = { minute: 30, hour: 24 } as const;

export interface RolledUp {
  readonly minutes: number;
  readonly hours: number;
}

/**
 * Rolls up what has ended and is not yet rolled up, or has got rows since; null where another process does it already. Each
 * unit is made whole from what lies below it, so that doing it twice, or for rows in any order, comes to the same.
 */
export async function rollUp(pool: pg.Pool, now: Date): Promise<RolledUp | null> {
  const noticed = await whileAlone(pool, "kpiRollUp", async (client) => await notice(client, now));
  if (noticed === null) return null;
  const minutes = await rollUpDue(pool, "minute", now);
  if (minutes === null) return null;
  await advance(pool, "minute", Math.min(noticed.safeUntilMs, endedUntil("minute", now)));
  const hours = await rollUpDue(pool, "hour", now);
  if (hours === null) return null;
  await advance(pool, "hour", Math.min(noticed.safeUntilMs, endedUntil("hour", now)));
  return { minutes, hours };
}

/** Units that begin before this have ended and settled. */
const endedUntil = (level: Coarse, now: Date): number =>
  Math.floor((now.getTime() - SETTLE_MS) / UNIT_MS[level]) * UNIT_MS[level];

/**
 * Marks the minutes of the deliveries since the last time. A transaction's number tells nothing of when it commits, so only
 * those are looked at that are older than every open one: whatever commits later has a number that is not passed yet.
 */
async function notice(client: pg.PoolClient, now: Date): Promise<{ safeUntilMs: number }> {
  const { rows } = await client.query<{ next: string; unnoticed: number | null }>(
    `with bound as (
       select pg_snapshot_xmin(pg_current_snapshot()) as next, (select noticed from roll_up_state where level = 'raw') as last),
     marked as (
       insert into roll_up_due (level, at)
       select distinct 'minute', to_timestamp(minute * 60::float8) from bound, webhook_delivery, unnest(minutes) as minute
       where xid >= last and xid < next
       on conflict do nothing),
     moved as (update roll_up_state set noticed = next, until = $1 from bound where level = 'raw')
     select next::text, (select min(minute) from webhook_delivery, unnest(minutes) as minute where xid >= next) as unnoticed from bound`,
    [now],
  );
  const unnoticed = rows[0]?.unnoticed ?? null;
  return { safeUntilMs: unnoticed === null ? Number.POSITIVE_INFINITY : unnoticed * MINUTE_MS };
}

/** Only ever forward: a late row's minute is made again, and is read from the roll-up meanwhile. */
async function advance(pool: pg.Pool, level: Coarse, untilMs: number): Promise<void> {
  await pool.query("update roll_up_state set until = greatest(until, date_bin($3::interval, $1, 'epoch')) where level = $2", [
    new Date(untilMs),
    level,
    `1 ${level}`,
  ]);
}

async function rollUpDue(pool: pg.Pool, level: Coarse, now: Date): Promise<number | null> {
  for (let done = 0; ;) {
    const units = await whileAlone(pool, "kpiRollUp", async (client) => {
      const due = await takeDue(client, level, now);
      for (const facet of Object.values(FACETS)) await rollUpFacet(client, facet, level, due);
      if (level === "minute" && due.length > 0) await markHours(client, due);
      return due.length;
    });
    if (units === null) return null;
    done += units;
    if (units < UNITS_MAX[level]) return done;
  }
}

async function takeDue(client: pg.PoolClient, level: Coarse, now: Date): Promise<Date[]> {
  const { rows } = await client.query<{ at: Date }>(
    `delete from roll_up_due where (level, at) in (
       select level, at from roll_up_due where level = $1 and at < $2 order by at limit $3) returning at`,
    [level, new Date(endedUntil(level, now)), UNITS_MAX[level]],
  );
  // What a delete returns comes in no order.
  return rows.map(({ at }) => at).sort((a, b) => a.getTime() - b.getTime());
}

async function markHours(client: pg.PoolClient, minutes: readonly Date[]): Promise<void> {
  await client.query(
    `insert into roll_up_due (level, at)
     select distinct 'hour', date_bin('1 hour', minute, 'epoch') from unnest($1::timestamptz[]) as minute on conflict do nothing`,
    [minutes],
  );
}

interface Row extends Record<string, unknown> {
  readonly packed: Buffer;
}

/** Sums as exact decimals: floating point would remember in which order they came. */
const exact = (expression: string): string => `sum((${expression})::numeric)::float8`;

interface Sum {
  readonly type: string;
  readonly fromRaw: string;
}
const SUMS: Readonly<Record<string, Sum>> = {
  requests: { type: "int8", fromRaw: "sum(requests)" },
  errors: { type: "int8", fromRaw: "sum(errors)" },
  sum_ms: { type: "float8", fromRaw: exact("sum_ms") },
};
const INSTANCE_SUMS: Readonly<Record<string, Sum>> = {
  ...SUMS,
  cpu_sum: { type: "float8", fromRaw: exact("cpu_millicores") },
  cpu_samples: { type: "int8", fromRaw: "count(cpu_millicores)" },
  memory_sum: { type: "float8", fromRaw: exact("memory_mib") },
  memory_samples: { type: "int8", fromRaw: "count(memory_mib)" },
};

/** Makes the given units (in their order) of one table anew from the level below. */
async function rollUpFacet(client: pg.PoolClient, facet: Facet, level: Coarse, units: readonly Date[]): Promise<void> {
  if (units.length === 0) return;
  const [from, to] = [units[0], units.at(-1)].map((at) => at?.getTime() ?? 0);
  const finer = FINER[level];
  const keys = Object.entries(facet.keys).map(([name, raw]) => `${finer === "raw" ? raw : name} as ${name}`);
  const sums = facet.name === "instance" ? INSTANCE_SUMS : SUMS;
  const totals = Object.entries(sums).map(([name, { type, fromRaw }]) => {
    const again = type === "float8" ? exact(name) : `sum(${name})`;
    return `(${finer === "raw" ? fromRaw : again})::${type} as ${name}`;
  });
  const groups = keys.map((_, index) => index + 2).join(", ");
  const { rows } = await client.query<Row>(
    `select date_bin('1 ${level}', at, 'epoch') as unit, ${keys.join(", ")}, ${totals.join(", ")}, string_agg(counts, ''::bytea) as packed
     from ${tableOf(facet, finer)}
     where at >= $1 and at < $2 and date_bin('1 ${level}', at, 'epoch') = any($3) and ${finer === "raw" ? facet.where : "true"}
     group by 1, ${groups}`,
    [new Date(from ?? 0), new Date((to ?? 0) + UNIT_MS[level]), units],
  );
  const table = tableOf(facet, level);
  await client.query(`delete from ${table} where at >= $1 and at <= $2 and at = any($3)`, [
    new Date(from ?? 0),
    new Date(to ?? 0),
    units,
  ]);
  if (rows.length === 0) return;
  const columns = [
    ["at", "timestamptz", rows.map((row) => row["unit"])],
    ...Object.keys(facet.keys).map((name) => [name, "text", rows.map((row) => row[name])] as const),
    ...Object.entries(sums).map(([name, { type }]) => [name, type, rows.map((row) => row[name])] as const),
    ["counts", "bytea", rows.map(({ packed }) => Buffer.from(packCounts(unpackCounts(packed))))],
  ] as const;
  await client.query(
    `insert into ${table} (${columns.map(([name]) => name).join(", ")})
     select * from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(", ")})`,
    columns.map(([, , values]) => values),
  );
}
