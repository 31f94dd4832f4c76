import { cellToParent, latLngToCell } from "h3-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Database } from "../platform/db/client.ts";
import { freshDatabase } from "./postgres.ts";
import { binOf } from "../kpi-intake/domain/histogram.ts";
import { readLastMinute } from "../kpi-intake/read-last-minute.ts";
import { readDensity } from "../kpi-intake/read-density.ts";
import { readKpis } from "../kpi-intake/read-series.ts";
import { storeKpiSamples, storeTraffic } from "../kpi-intake/store/samples-store.ts";

let database: Database;
beforeAll(async () => {
  database = openDatabase((await freshDatabase("series")).appUrl, { connectionsMax: 3 });
});
afterAll(() => database.close());

const FROM = new Date("2026-11-24T10:00:00.000Z");
const at = (seconds: number): Date => new Date(FROM.getTime() + seconds * 1000);
const latency = (of: number): number[] => [binOf(10), of];
let delivery = 0;
const once = () => ({ agent: "agt_1", webhookId: `series-${(delivery += 1)}` });

const sample = (instance: string, seconds: number, cpuMillicores: number | null, requests = 20) => ({
  instance,
  at: at(seconds).toISOString(),
  windowMs: 10_000,
  requests,
  errors: 2,
  latencyMs: { bounds: [10], counts: [requests, 0], sum: 90 },
  cpuMillicores,
  memoryMiB: null,
  component: "shop/cart",
  dataCenter: "east",
});

test("what agents report is in the series; where the gateway saw requests, its count stands; a gap is null", async () => {
  await storeKpiSamples(database.pool, once(), [
    sample("one", 2, 100),
    sample("one", 6, 200),
    sample("two", 3, 50),
    sample("one", 13, null),
    sample("one", 33, 70, 2_000_000_000),
    sample("two", 34, 30, 2_000_000_000),
  ]);
  const traffic = {
    component: "shop/cart",
    entry: "east",
    dataCenter: "east",
    user: true,
    country: null,
    region: null,
    cell: null,
  };
  await storeTraffic(database.pool, once(), at(1), [{ ...traffic, requests: 500, errors: 0, latency: latency(500), sumMs: 1 }]);
  const { series } = await readKpis(database.pool, { component: "shop/cart", from: FROM, to: at(40), stepSeconds: 10 });
  const facts = series.map(({ dataCenter, points }) => ({
    dataCenter,
    points: points.map((point) => [point.requestsPerSecond, point.errorRate, point.cpuMillicores]),
  }));
  expect(facts).toEqual([
    {
      dataCenter: "east",
      points: [
        [50, 0, 200],
        [2, 0.1, null],
        [null, null, null],
        [400_000_000, 1e-9, 100],
      ],
    },
  ]);
});

test("users stand where they are, by cell and by country; who has no place is counted apart", async () => {
  const [from, to] = [at(3_600), at(3_660)];
  const cell = latLngToCell(50.11, 8.68, 4);
  const user = { component: "shop/front", entry: "east", dataCenter: "west", user: true, region: "Europe", errors: 0, sumMs: 1 };
  await storeTraffic(database.pool, once(), from, [
    { ...user, country: "DE", cell, requests: 30, latency: latency(30) },
    { ...user, country: "DE", cell, entry: "west", requests: 10, errors: 5, latency: latency(10) },
    { ...user, country: null, region: null, cell: null, requests: 7, latency: latency(7) },
    { ...user, user: false, country: null, region: null, cell: null, requests: 100, latency: latency(100) },
  ]);
  const density = await readDensity(database.pool, { from, to, resolution: 2, component: "shop/front" });
  expect(density.cells.map(({ h3, requests }) => [h3, requests])).toEqual([[cellToParent(cell, 2), 40]]);
  expect(density.countries.map(({ country, requests }) => [country, requests])).toEqual([["DE", 40]]);
  expect(density.unplaced.requests).toBe(7);
  expect(density.cells[0]?.latencyMs.p95).toBeGreaterThan(7);
});

test("the last minute tells what each component answered, what each link carried, and how many users were well served", async () => {
  const targets = new Map([["shop/front", 1_000]]);
  const minute = await readLastMinute(database.pool, at(3_665), targets);
  expect([minute.from, minute.to]).toEqual([at(3_600).toISOString(), at(3_660).toISOString()]);
  expect(minute.components).toMatchObject([{ component: "shop/front", requestsPerSecond: 147 / 60, errorRate: 5 / 147 }]);
  // Served where it entered, a request crosses no link.
  expect(minute.links).toEqual([{ from: "east", to: "west", requestsPerSecond: 137 / 60 }]);
  expect(minute.usersInTargetShare).toBe(1);
  const strict = await readLastMinute(database.pool, at(3_665), new Map([["shop/front", 0.5]]));
  expect(strict.usersInTargetShare).toBe(0);
  expect((await readLastMinute(database.pool, at(9_000), targets)).usersInTargetShare).toBeNull();
});
