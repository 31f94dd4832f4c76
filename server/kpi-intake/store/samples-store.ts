import type pg from "pg";
import { rebin } from "../domain/histogram.ts";
import type { TrafficSample } from "../domain/traffic.ts";
import type { PlacedSample, Stored } from "../store-port.ts";

const BUCKET_MS = 10_000;

/** The batch and the proof that it was taken commit together: a repeat finds the proof and stores nothing. */
export async function once(
  pool: pg.Pool,
  delivery: { agent: string; webhookId: string },
  insert: (client: pg.PoolClient) => Promise<number>,
): Promise<Stored> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rowCount } = await client.query(
      "insert into webhook_delivery (agent, webhook_id) values ($1, $2) on conflict do nothing",
      [delivery.agent, delivery.webhookId],
    );
    if (rowCount === 0) {
      await client.query("commit");
      return { accepted: 0, duplicate: true };
    }
    const accepted = await insert(client);
    await client.query("update agent set last_seen_at = now() where id = $1", [delivery.agent]);
    await client.query("commit");
    return { accepted, duplicate: false };
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** Arrays of arrays cannot be unnested, so histograms travel as text of arrays. */
const countsText = (counts: readonly number[]): string => `{${counts.join(",")}}`;

export function storeKpiSamples(
  pool: pg.Pool,
  delivery: { agent: string; webhookId: string },
  samples: readonly PlacedSample[],
): Promise<Stored> {
  return once(pool, delivery, async (client) => {
    if (samples.length === 0) return 0;
    await client.query(
      `insert into kpi_sample (at, component_key, instance, data_center, window_ms, requests, errors, counts, sum_ms, cpu_millicores, memory_mib)
       select at, component, instance, place, window_ms, requests, errors, counts::int[], sum_ms, cpu, memory
       from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::text[], $9::float8[], $10::float8[], $11::float8[])
         as t(at, component, instance, place, window_ms, requests, errors, counts, sum_ms, cpu, memory)
       on conflict do nothing`,
      [
        samples.map((sample) => sample.at),
        samples.map((sample) => sample.component),
        samples.map((sample) => sample.instance),
        samples.map((sample) => sample.dataCenter),
        samples.map((sample) => sample.windowMs),
        samples.map((sample) => sample.requests),
        samples.map((sample) => sample.errors),
        samples.map((sample) => countsText(rebin(sample.latencyMs.bounds, sample.latencyMs.counts))),
        samples.map((sample) => sample.latencyMs.sum),
        samples.map((sample) => sample.cpuMillicores),
        samples.map((sample) => sample.memoryMiB),
      ],
    );
    return samples.length;
  });
}

export function storeTraffic(
  pool: pg.Pool,
  delivery: { agent: string; webhookId: string },
  at: Date,
  samples: readonly TrafficSample[],
): Promise<Stored> {
  const bucket = new Date(Math.floor(at.getTime() / BUCKET_MS) * BUCKET_MS);
  return once(pool, delivery, async (client) => {
    if (samples.length === 0) return 0;
    await client.query(
      `insert into traffic_sample (at, component_key, entry, data_center, is_user, country, region, cell, requests, errors, counts, sum_ms)
       select $1, component, entry, place, is_user, country, region, cell, requests, errors, counts::int[], sum_ms
       from unnest($2::text[], $3::text[], $4::text[], $5::bool[], $6::text[], $7::text[], $8::text[], $9::int[], $10::int[], $11::text[], $12::float8[])
         as t(component, entry, place, is_user, country, region, cell, requests, errors, counts, sum_ms)`,
      [
        bucket,
        samples.map((sample) => sample.component),
        samples.map((sample) => sample.entry),
        samples.map((sample) => sample.dataCenter),
        samples.map((sample) => sample.user),
        samples.map((sample) => sample.country),
        samples.map((sample) => sample.region),
        samples.map((sample) => sample.cell),
        samples.map((sample) => sample.requests),
        samples.map((sample) => sample.errors),
        samples.map((sample) => countsText(sample.counts)),
        samples.map((sample) => sample.sumMs),
      ],
    );
    return samples.length;
  });
}
