import type pg from "pg";
import { MINUTE_MS } from "../domain/resolution.ts";
import { rebin } from "../domain/histogram.ts";
import { fromPairs, packCounts } from "../domain/packed-counts.ts";
import type { TrafficSample } from "../domain/traffic.ts";
import type { PlacedSample, Stored } from "../store-port.ts";

const BUCKET_MS = 10_000;
const TRIES = 3;
/** Two batches with rows in common met, or the server asked for the statement again: nothing of it was done. */
const AGAIN = ["40P01", "40001"];

interface Delivery {
  readonly agent: string;
  readonly webhookId: string;
}

/**
 * The batch and the proof that it was taken are one statement: a repeat finds the proof and stores nothing. `insert` takes
 * its rows from `taken`, which has none then; its own parameters begin at $4.
 */
export async function once(
  pool: pg.Pool,
  { agent, webhookId }: Delivery,
  batch: {
    readonly samples: number;
    readonly times: readonly number[];
    readonly insert: string;
    readonly values: readonly unknown[];
  },
): Promise<Stored> {
  const minutes = [...new Set(batch.times.map((ms) => Math.floor(ms / MINUTE_MS)))];
  const text = `
    with taken as (
      insert into webhook_delivery (agent, webhook_id, minutes) values ($1, $2, $3::int[]) on conflict do nothing returning 1),
    stored as (${batch.insert}),
    seen as (
      update agent set last_seen_at = now() from taken
      where id = $1 and (last_seen_at is null or last_seen_at < now() - interval '5 seconds'))
    select count(*)::int as taken from taken`;
  for (let tries = 1; ; tries += 1) {
    try {
      const { rows } = await pool.query<{ taken: number }>(text, [agent, webhookId, minutes, ...batch.values]);
      return rows[0]?.taken === 1 ? { accepted: batch.samples, duplicate: false } : { accepted: 0, duplicate: true };
    } catch (error) {
      const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
      if (tries === TRIES || !AGAIN.includes(code)) throw error;
    }
  }
}

const column = <T>(rows: readonly T[], value: (row: T) => unknown): unknown[] => rows.map(value);

/** By which one of several samples of one instance and time stands: the largest, so that no order of arrival decides. */
const RANK = ["requests", "errors", "sum_ms", "window_ms", "counts", "cpu_millicores", "memory_mib"] as const;
const rankOf = (row: string, order = ""): string =>
  RANK.map((name) => `coalesce(${row}.${name}, ${name === "counts" ? "''" : "-1"})${order}`).join(", ");

/**
 * An agent's samples. Of several of one instance and time, in one batch or in many, the largest stands; in one order of
 * keys, or two batches with rows in common would wait for each other.
 */
export function storeKpiSamples(pool: pg.Pool, delivery: Delivery, samples: readonly PlacedSample[]): Promise<Stored> {
  const times = samples.map(({ at }) => new Date(at).getTime());
  const insert = `
    insert into kpi_sample as kept (at, component_key, instance, data_center, window_ms, requests, errors, counts, sum_ms, cpu_millicores, memory_mib)
    select distinct on (component_key, at, instance) given.* from taken,
      unnest($4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::int[], $9::int[], $10::int[], $11::bytea[], $12::float8[], $13::float8[], $14::float8[])
        as given(at, component_key, instance, data_center, window_ms, requests, errors, counts, sum_ms, cpu_millicores, memory_mib)
    order by component_key, at, instance, ${rankOf("given", " desc")}
    on conflict (component_key, at, instance) do update set (data_center, ${RANK.join(", ")}) = row(excluded.data_center, ${RANK.map((name) => `excluded.${name}`).join(", ")})
    where (${rankOf("excluded")}) > (${rankOf("kept")})`;
  return once(pool, delivery, {
    samples: samples.length,
    times,
    insert,
    values: [
      // Milliseconds, as the column keeps them: two times that it would make one are one already.
      times.map((ms) => new Date(ms).toISOString()),
      column(samples, (sample) => sample.component),
      column(samples, (sample) => sample.instance),
      column(samples, (sample) => sample.dataCenter),
      column(samples, (sample) => sample.windowMs),
      column(samples, (sample) => sample.requests),
      column(samples, (sample) => sample.errors),
      column(samples, ({ latencyMs: { bounds, counts, sum } }) => Buffer.from(packCounts(rebin(bounds, counts, sum)))),
      column(samples, (sample) => sample.latencyMs.sum),
      column(samples, (sample) => sample.cpuMillicores),
      column(samples, (sample) => sample.memoryMiB),
    ],
  });
}

/** A gateway's samples, in buckets of ten seconds; samples of one key add up. */
export function storeTraffic(pool: pg.Pool, delivery: Delivery, at: Date, samples: readonly TrafficSample[]): Promise<Stored> {
  const bucket = Math.floor(at.getTime() / BUCKET_MS) * BUCKET_MS;
  const insert = `
    insert into traffic_sample (at, component_key, entry, data_center, is_user, country, region, cell, requests, errors, counts, sum_ms)
    select $4::timestamptz, given.* from taken,
      unnest($5::text[], $6::text[], $7::text[], $8::bool[], $9::text[], $10::text[], $11::text[], $12::int[], $13::int[], $14::bytea[], $15::float8[]) as given`;
  return once(pool, delivery, {
    samples: samples.length,
    times: samples.length === 0 ? [] : [bucket],
    insert,
    values: [
      new Date(bucket),
      column(samples, (sample) => sample.component),
      column(samples, (sample) => sample.entry),
      column(samples, (sample) => sample.dataCenter),
      column(samples, (sample) => sample.user),
      column(samples, (sample) => sample.country),
      column(samples, (sample) => sample.region),
      column(samples, (sample) => sample.cell),
      column(samples, (sample) => sample.requests),
      column(samples, (sample) => sample.errors),
      column(samples, (sample) => Buffer.from(packCounts(fromPairs(sample.latency)))),
      column(samples, (sample) => sample.sumMs),
    ],
  });
}
