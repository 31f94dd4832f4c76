import fc from "fast-check";
import { latLngToCell } from "h3-js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openDatabase, type Database } from "../../platform/db/client.ts";
import { freshDatabase } from "../../testing/postgres.ts";
import { FACETS, tableOf } from "../domain/facets.ts";
import { unpackCounts } from "../domain/packed-counts.ts";
import { HOUR_MS, MINUTE_MS } from "../domain/resolution.ts";
import type { TrafficSample } from "../domain/traffic.ts";
import { readDensity } from "../read-density.ts";
import { readKpis } from "../read-series.ts";
import type { PlacedSample } from "../store-port.ts";
import { maintainStore } from "./maintenance.ts";
import { rollUp } from "./roll-up.ts";
import { storeKpiSamples, storeTraffic } from "./samples-store.ts";

let database: Database;
beforeAll(async () => {
  database = openDatabase((await freshDatabase("roll-up")).appUrl, { connectionsMax: 6 });
});
afterAll(() => database.close());
const ROLLED = Object.values(FACETS).flatMap((facet) => (["minute", "hour"] as const).map((level) => tableOf(facet, level)));
beforeEach(() => clear());

async function clear(): Promise<void> {
  for (const table of ["kpi_sample", "traffic_sample", "roll_up_due", "webhook_delivery", "kept_since", ...ROLLED])
    await database.pool.query(`delete from ${table}`);
  await database.pool.query("update roll_up_state set until = 'epoch'");
}

/** An hour that has ended, so that its roll-ups are due. */
const HOUR = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
const AFTER = new Date(HOUR + 2 * HOUR_MS + MINUTE_MS);
let deliveries = 0;
const delivery = () => ({ agent: "agt_1", webhookId: `roll-up-${(deliveries += 1)}` });

type Taken = { readonly kpi: PlacedSample } | { readonly traffic: TrafficSample; readonly at: number };
const CELLS = [latLngToCell(50.11, 8.68, 4), latLngToCell(48.85, 2.35, 4)];
const whole = fc.integer({ min: 0, max: 40 });
/** Fractions that floating point adds up differently in another order. */
const fraction = fc.constantFrom(0.1, 0.2, 0.3, 1e9 + 0.7, 1e-7);

const kpi: fc.Arbitrary<Taken> = fc
  .record({
    second: fc.integer({ min: 3_400, max: 3_800 }),
    instance: fc.constantFrom("a", "b"),
    requests: whole,
    cpu: fc.option(fraction),
    sum: fraction,
  })
  .map(({ second, instance, requests, cpu, sum }) => ({
    kpi: {
      instance,
      component: "shop/cart",
      dataCenter: "east",
      at: new Date(HOUR + Math.floor(second / 10) * 10_000).toISOString(),
      windowMs: 10_000,
      requests,
      errors: 0,
      latencyMs: { bounds: [10, 100], counts: [requests, 0, 0], sum },
      cpuMillicores: cpu,
      memoryMiB: null,
    },
  }));
const traffic: fc.Arbitrary<Taken> = fc
  .record({
    second: fc.integer({ min: 3_400, max: 3_800 }),
    cell: fc.option(fc.constantFrom(...CELLS)),
    user: fc.boolean(),
    place: fc.option(fc.constantFrom("east", "west")),
    requests: whole,
    bin: fc.nat(241),
    sumMs: fraction,
  })
  .map(({ second, cell, user, place, requests, bin, sumMs }) => ({
    at: HOUR + second * 1000,
    traffic: {
      component: "shop/front",
      entry: "east",
      dataCenter: place,
      user,
      country: cell === null ? null : "DE",
      region: cell === null ? null : "Europe",
      cell,
      requests,
      errors: Math.floor(requests / 3),
      latency: [bin, requests],
      sumMs,
    },
  }));

async function store(taken: Taken): Promise<void> {
  if ("kpi" in taken) await storeKpiSamples(database.pool, delivery(), [taken.kpi]);
  else await storeTraffic(database.pool, delivery(), new Date(taken.at), [taken.traffic]);
}

/** Rolls up until every delivery so far was noticed: a transaction of another test's, which is open meanwhile, puts it off. */
async function rollUpAll(now = AFTER): Promise<{ minutes: number; hours: number }> {
  const done = { minutes: 0, hours: 0 };
  for (const deadline = performance.now() + 20_000; performance.now() < deadline;) {
    const { minutes, hours } = (await rollUp(database.pool, now)) ?? { minutes: 0, hours: 0 };
    done.minutes += minutes;
    done.hours += hours;
    const { rows } = await database.pool.query<{ all: boolean | null }>(
      "select (select noticed from roll_up_state where level = 'raw') > (select xid from webhook_delivery order by xid desc limit 1) as all",
    );
    if (rows[0]?.all !== false) return done;
  }
  throw new Error("a transaction stayed open for 20 s");
}

async function snapshot(): Promise<unknown> {
  const tables: Record<string, unknown> = {};
  for (const table of ROLLED) {
    const { rows } = await database.pool.query<{ row: Record<string, unknown>; counts: Buffer }>(
      `select to_jsonb(t) - 'counts' as row, counts from ${table} t`,
    );
    tables[table] = rows.map(({ row, counts }) => JSON.stringify([row, unpackCounts(counts)])).sort();
  }
  return tables;
}

test("late and shuffled samples come to the same roll-ups as samples in order", async () => {
  const samples = fc.array(fc.oneof(kpi, traffic), { minLength: 1, maxLength: 25 });
  const shuffled = samples.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ([inOrder, late, passes]) => {
      await clear();
      for (const sample of inOrder) await store(sample);
      await rollUpAll();
      const expected = await snapshot();
      await clear();
      for (const [index, sample] of late.entries()) {
        await store(sample);
        if (passes[index]) await rollUp(database.pool, AFTER);
      }
      await rollUpAll();
      await rollUp(database.pool, AFTER);
      expect(await snapshot()).toEqual(expected);
    }),
    { numRuns: 25 },
  );
}, 120_000);

const seen = (requests: number, more: Partial<TrafficSample> = {}): TrafficSample => ({
  component: "shop/front",
  entry: "east",
  dataCenter: "east",
  user: true,
  country: "DE",
  region: "Europe",
  cell: CELLS[0] ?? null,
  requests,
  errors: 0,
  latency: [100, requests],
  sumMs: 1,
  ...more,
});

test("what is read is the same before and after the roll-up, at every step", async () => {
  for (let second = 0; second < 7_200; second += 50)
    await storeTraffic(database.pool, delivery(), new Date(HOUR + second * 1000), [
      seen(3),
      seen(1, { cell: null, dataCenter: null }),
    ]);
  const range = { from: new Date(HOUR + 25_000), to: new Date(HOUR + 7_195_000) };
  const read = async () => ({
    minute: await readKpis(database.pool, { component: "shop/front", ...range, stepSeconds: 60 }),
    hour: await readKpis(database.pool, { component: "shop/front", ...range, stepSeconds: 3_600 }),
    density: await readDensity(database.pool, { ...range, resolution: 3, component: null }),
  });
  const before = await read();
  // Every fifty seconds but the first is inside the range; three of each four requests have a place that served them.
  expect(before.density.cells.reduce((sum, cell) => sum + cell.requests, 0)).toBe(3 * 143);
  expect(await rollUpAll()).toEqual({ minutes: 120, hours: 2 });
  expect(await read()).toEqual(before);
  // Really from the roll-ups: without the raw rows within whole minutes the answer stays.
  await database.pool.query("delete from traffic_sample where at >= $1 and at < $2", [
    new Date(HOUR + MINUTE_MS),
    new Date(HOUR + 7_140_000),
  ]);
  expect(await read()).toEqual(before);
});

test("a batch whose transaction commits while others are rolled up is not passed over", async () => {
  const late = await database.pool.connect();
  try {
    await late.query("begin");
    await late.query("insert into webhook_delivery (agent, webhook_id, minutes) values ('agt_1', 'open', array[$1::int])", [
      HOUR / MINUTE_MS,
    ]);
    await late.query(
      "insert into traffic_sample values ($1, 'shop/front', 'east', 'east', true, null, null, null, 5, 0, '', 0)",
      [new Date(HOUR)],
    );
    await storeTraffic(database.pool, delivery(), new Date(HOUR), [seen(2)]);
    await rollUp(database.pool, AFTER);
    await late.query("commit");
  } finally {
    late.release();
  }
  await rollUpAll();
  const { rows } = await database.pool.query("select sum(requests)::int as requests from service_minute");
  expect(rows).toEqual([{ requests: 7 }]);
});

test("of any number of intakes at once one rolls up, and nothing is counted twice", async () => {
  for (let second = 0; second < 3_600; second += 30)
    await storeTraffic(database.pool, delivery(), new Date(HOUR + second * 1000), [seen(1)]);
  await Promise.all(Array.from({ length: 4 }, () => rollUp(database.pool, AFTER)));
  await rollUpAll();
  for (const table of ["service_minute", "service_hour"]) {
    const { rows } = await database.pool.query(`select sum(requests)::int as requests from ${table}`);
    expect(rows, table).toEqual([{ requests: 120 }]);
  }
});

test("of samples of one instance and time the largest stands, in one batch and over batches, in any order", async () => {
  const of = (requests: number, cpuMillicores: number | null): PlacedSample => ({
    instance: "a",
    component: "shop/cart",
    dataCenter: "east",
    at: new Date(HOUR).toISOString(),
    windowMs: 10_000,
    requests,
    errors: 0,
    latencyMs: { bounds: [10], counts: [requests, 0], sum: 1 },
    cpuMillicores,
    memoryMiB: null,
  });
  const variants = [of(3, 5), of(7, null), of(7, 2), of(1, 9)];
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(variants, { minLength: 4 }), fc.integer({ min: 0, max: 4 }), async (order, cut) => {
      await clear();
      await storeKpiSamples(database.pool, delivery(), order.slice(0, cut));
      await storeKpiSamples(database.pool, delivery(), order.slice(cut));
      const { rows } = await database.pool.query("select requests, cpu_millicores from kpi_sample");
      expect(rows).toEqual([{ requests: 7, cpu_millicores: 2 }]);
    }),
    { numRuns: 20 },
  );
});

test("batches with rows in common, sent at once in opposite orders, are all taken", async () => {
  const samples = Array.from({ length: 60 }, (_, index): PlacedSample => ({
    instance: `i-${index}`,
    component: "shop/cart",
    dataCenter: "east",
    at: new Date(HOUR).toISOString(),
    windowMs: 10_000,
    requests: 1,
    errors: 0,
    latencyMs: { bounds: [], counts: [1], sum: 1 },
    cpuMillicores: null,
    memoryMiB: null,
  }));
  const batches = Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? samples : [...samples].reverse()));
  const answers = await Promise.all(batches.map((batch) => storeKpiSamples(database.pool, delivery(), batch)));
  expect(answers.every(({ accepted }) => accepted === 60)).toBe(true);
  const { rows } = await database.pool.query("select count(*)::int as n from kpi_sample");
  expect(rows).toEqual([{ n: 60 }]);
});

test("raw rows go hour by hour once they are rolled up, and a range without them is told in whole minutes", async () => {
  await storeTraffic(database.pool, delivery(), new Date(HOUR + 30_000), [seen(6)]);
  const later = new Date(HOUR + 12 * HOUR_MS);
  const asked = { component: "shop/front", from: new Date(HOUR), to: new Date(HOUR + 4 * MINUTE_MS), stepSeconds: 10 };
  await maintainStore(database.pool, later);
  expect((await readKpis(database.pool, asked)).stepSeconds).toBe(10);
  await rollUpAll(later);
  await Promise.all([maintainStore(database.pool, later), maintainStore(database.pool, later)]);
  await maintainStore(database.pool, later);
  const left = await database.pool.query("select count(*)::int as n from traffic_sample");
  expect(left.rows).toEqual([{ n: 0 }]);
  const { stepSeconds, series } = await readKpis(database.pool, asked);
  expect([stepSeconds, series[0]?.points.map(({ requestsPerSecond }) => requestsPerSecond)]).toEqual([
    60,
    [0.1, null, null, null],
  ]);
});
