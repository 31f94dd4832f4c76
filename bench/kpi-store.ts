/**
 * A week of the lab's traffic in the KPI store: its size by table, and how long `GET /kpis` takes for a day of one component:
 * `npm run bench:kpi-store`. The week is written as gateways and agents would report it, hour by hour, rolled up and swept by the
 * intake's own code. Hours whose raw rows are gone by the end are reported once a minute rather than every two seconds, which
 * changes no roll-up. `--days N`.
 */
import pg from "pg";
import { latLngToCell } from "h3-js";
import { emptyCounts, observe } from "../server/kpi-intake/domain/histogram.ts";
import { toPairs } from "../server/kpi-intake/domain/packed-counts.ts";
import { HOUR_MS, MINUTE_MS } from "../server/kpi-intake/domain/resolution.ts";
import type { TrafficSample } from "../server/kpi-intake/domain/traffic.ts";
import { maintainStore } from "../server/kpi-intake/store/maintenance.ts";
import { rollUp } from "../server/kpi-intake/store/roll-up.ts";
import { storeKpiSamples, storeTraffic } from "../server/kpi-intake/store/samples-store.ts";
import { distanceKm } from "../server/connectivity-management/domain/estimate-round-trip.ts";
import { cityWeights, pickWeighted, seededRandom } from "../server/lab/domain/demand.ts";
import { loadWorld } from "../server/lab/index.ts";
import { Installation } from "../server/testing/intake-campaign/installation.ts";
import { regionOf } from "../server/user-proximity/domain/place.ts";
import { median } from "./statistics.ts";

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const DAYS = argument("--days", 7);
const DAY_MS = 24 * HOUR_MS;
const REQUESTS_PER_SECOND = 40;
/** Raw rows of the last hours stay: they are written as often as gateways report. */
const RAW_HOURS = 7;
const REPORT_S = 2;
const AGENT_S = 10;
const CALLS = ["ad", "cart", "checkout", "currency", "email", "payment", "product-catalog", "recommendation", "shipping"];
const GIB = 2 ** 30;
const LIMIT_BYTES = 2 * GIB;
const LIMIT_MS = 50;
const READS = 20;
/** A service of the seeded registry stands in for the lab's busiest one. */
const ASKED = "shop/front";
const nameOf = (component: string): string => (component === "frontend" ? ASKED : `shop/${component}`);

const root = new URL("..", import.meta.url).pathname;
const world = loadWorld(`${root}server/lab/worlds/three-continents/world.yaml`);
const random = seededRandom(1);
const places = world.file.spec.dataCenters.map(({ metadata, spec }) => ({ name: metadata.name, ...spec.location }));
const cities = world.cities.map((city) => {
  const [nearest] = [...places].sort((a, b) => distanceKm(city, a) - distanceKm(city, b));
  return {
    ...city,
    entry: nearest?.name ?? "",
    cell: latLngToCell(city.latitude, city.longitude, 4),
    region: regionOf(city.country),
  };
});
const homes = ["aws-us-east-1", "aws-eu-central-1"];

const installation = await Installation.start({ console: true, intakes: 0 });
const { pool } = installation.database;
const owner = new pg.Client({ connectionString: installation.ownerUrl });
await owner.connect();
let deliveries = 0;
const delivery = () => ({ agent: "bench", webhookId: `bench-${(deliveries += 1)}` });
const end = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const begin = end - DAYS * DAY_MS;
try {
  await makePartitions();
  const startedMs = performance.now();
  for (let hour = begin; hour < end; hour += HOUR_MS) {
    await writeHour(hour, hour >= end - RAW_HOURS * HOUR_MS ? REPORT_S : 60);
    await rollUp(pool, new Date(hour + HOUR_MS + 30_000));
    if ((hour / HOUR_MS) % 6 === 0) await maintainStore(pool, new Date(hour + HOUR_MS));
    if ((hour - begin) % DAY_MS === 0)
      console.log(`day ${(hour - begin) / DAY_MS + 1}, after ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
  await rollUp(pool, new Date(end + MINUTE_MS));
  await maintainStore(pool, new Date(end));
  console.log(`${DAYS} days were written and rolled up in ${Math.round((performance.now() - startedMs) / 1000)} s`);
  await requireEveryMinute();
  const bytes = await tellSizes();
  const slowMs = await tellReads();
  process.exitCode = bytes <= LIMIT_BYTES && slowMs < LIMIT_MS ? 0 : 1;
} finally {
  await owner.end();
  await installation.stop();
}

/** As they would have been made while the days went by. */
async function makePartitions(): Promise<void> {
  const { rows } = await owner.query<{ name: string; unit: string }>(
    `select relname as name, geostitch_partition_unit(relname) as unit from pg_partitioned_table join pg_class on pg_class.oid = partrelid
     where relname ~ '_(sample|minute)$'`,
  );
  for (const { name, unit } of rows)
    await owner.query(
      `do $$ declare start timestamptz; begin
         for start in select generate_series(date_trunc('${unit}', '${new Date(begin).toISOString()}'::timestamptz), now(), '1 ${unit}') loop
           begin
             execute format('create table if not exists %I partition of ${name} for values from (%L) to (%L)',
               '${name}_' || to_char(start, '${unit === "hour" ? "YYYYMMDDHH24" : "YYYYMMDD"}'), start, start + interval '1 ${unit}');
           exception when invalid_object_definition then null;
           end;
         end loop;
       end $$`,
    );
}

async function writeHour(hour: number, reportS: number): Promise<void> {
  const weights = cityWeights(world.cities, new Date(hour), true);
  const batches: Promise<unknown>[] = [];
  for (let second = 0; second < 3_600; second += reportS) {
    batches.push(storeTraffic(pool, delivery(), new Date(hour + second * 1000), report(weights, reportS)));
    if (batches.length === 8) await Promise.all(batches.splice(0));
  }
  await Promise.all(batches);
  await storeKpiSamples(
    pool,
    delivery(),
    Array.from({ length: 3_600 / AGENT_S }, (_, index) => agentSamples(hour + index * AGENT_S * 1000)).flat(),
  );
}

/** What the gateway counts in so many seconds: users by city, and the calls that their requests make. */
function report(weights: readonly number[], seconds: number): TrafficSample[] {
  const counted = new Map<string, Omit<TrafficSample, "latency"> & { counts: number[] }>();
  const count = (
    sample: Omit<TrafficSample, "latency" | "requests" | "errors" | "sumMs">,
    ms: number,
    requests: number,
  ): void => {
    const key = `${sample.component} ${sample.entry} ${sample.dataCenter ?? ""} ${sample.cell ?? ""}`;
    const seen = counted.get(key) ?? { ...sample, requests: 0, errors: 0, sumMs: 0, counts: emptyCounts() };
    counted.set(key, seen);
    for (let each = 0; each < requests; each += 1) {
      seen.requests += 1;
      seen.sumMs += ms;
      observe(seen.counts, ms * (0.7 + random() * random() * 3));
    }
  };
  for (let request = 0; request < REQUESTS_PER_SECOND * seconds; request += 1) {
    const city = cities[pickWeighted(weights, random())];
    if (!city) continue;
    const { entry, country, region, cell } = city;
    const home = homes[random() < 0.7 ? 0 : 1] ?? null;
    const component = nameOf(random() < 0.7 ? "frontend" : "cart");
    count({ component, entry, dataCenter: home, user: true, country, region, cell }, 20 + random() * 200, 1);
  }
  for (const name of CALLS)
    for (const home of homes) {
      const at = { component: nameOf(name), entry: home, dataCenter: home, user: false, country: null, region: null, cell: null };
      count(at, 2 + random() * 20, REQUESTS_PER_SECOND * seconds);
    }
  return [...counted.values()].map(({ counts, ...sample }) => ({ ...sample, latency: toPairs(counts) }));
}

function agentSamples(at: number) {
  return ["frontend", ...CALLS].flatMap((name) =>
    homes.map((dataCenter) => ({
      instance: `${name}.${dataCenter}`,
      component: nameOf(name),
      dataCenter,
      at: new Date(at).toISOString(),
      windowMs: AGENT_S * 1000,
      requests: 200,
      errors: 1,
      latencyMs: { bounds: [1, 2, 5, 10, 25, 50, 100, 250], counts: [1, 9, 40, 80, 40, 20, 8, 2, 0], sum: 4_000 * random() },
      cpuMillicores: 100 * random(),
      memoryMiB: 64 + random(),
    })),
  );
}

/** A store that lost some of it would be small and fast. */
async function requireEveryMinute(): Promise<void> {
  const { rows } = await pool.query<{ minutes: number; requests: number }>(
    "select count(distinct at)::int as minutes, sum(requests)::float8 as requests from service_minute where component_key = $1",
    [ASKED],
  );
  const hours = await pool.query<{ requests: number }>(
    "select sum(requests)::float8 as requests from service_hour where component_key = $1",
    [ASKED],
  );
  const wanted = (end - begin) / MINUTE_MS;
  if (rows[0]?.minutes !== wanted || rows[0].requests !== hours.rows[0]?.requests)
    throw new Error(`expected ${wanted} minutes, and hours of the same requests, got ${JSON.stringify([rows, hours.rows])}`);
}

async function tellSizes(): Promise<number> {
  const { rows } = await owner.query<{ name: string; rows: number; bytes: number }>(
    `select relname as name, (select sum(pg_total_relation_size(relid)) from pg_partition_tree(pg_class.oid))::float8 as bytes,
       (select sum(n_live_tup) from pg_partition_tree(pg_class.oid) tree join pg_stat_user_tables stat on stat.relid = tree.relid)::float8 as rows
     from pg_partitioned_table join pg_class on pg_class.oid = partrelid where relname ~ '_(sample|minute|hour)$'
     union all select relname, pg_total_relation_size(oid)::float8, reltuples::float8 from pg_class where relname = 'webhook_delivery' order by bytes desc`,
  );
  for (const { name, rows: count, bytes } of rows)
    console.log(
      `${name.padEnd(18)} ${(bytes / 2 ** 20).toFixed(1).padStart(8)} MiB ${Math.max(0, count).toLocaleString("en").padStart(12)} rows`,
    );
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  console.log(
    `in all ${(bytes / GIB).toFixed(2)} GiB (limit ${LIMIT_BYTES / GIB}), ${bytes <= LIMIT_BYTES ? "reached" : "MISSED"}`,
  );
  return bytes;
}

/** A day of one component over HTTP, from the console as a real process. Answers the slowest of the reads. */
async function tellReads(): Promise<number> {
  const headers = { authorization: `Bearer ${await installation.apiKey()}` };
  const url = `${installation.consoleUrl}/api/v1/kpis?component=${ASKED}&from=${new Date(end - DAY_MS).toISOString()}&to=${new Date(end).toISOString()}`;
  const times: number[] = [];
  let points = 0;
  for (let read = -5; read < READS; read += 1) {
    const beganMs = performance.now();
    const answer = await fetch(url, { headers });
    const body = (await answer.json()) as { series: { points: unknown[] }[] };
    if (!answer.ok) throw new Error(`answered ${answer.status}: ${JSON.stringify(body)}`);
    if (read >= 0) times.push(performance.now() - beganMs);
    points = body.series.reduce((sum, series) => sum + series.points.length, 0);
  }
  const slowest = Math.max(...times);
  console.log(
    `GET /kpis for a day of one component (${points} points): median ${median(times).toFixed(1)} ms, slowest ${slowest.toFixed(1)} ms of ${READS}; ${slowest < LIMIT_MS ? "below" : "NOT BELOW"} ${LIMIT_MS} ms`,
  );
  return slowest;
}
