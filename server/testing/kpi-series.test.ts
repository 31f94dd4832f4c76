import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Database } from "../platform/db/client.ts";
import { freshDatabase } from "./postgres.ts";
import { emptyCounts } from "../kpi-intake/domain/histogram.ts";
import { readKpis } from "../kpi-intake/read-series.ts";
import { storeKpiSamples, storeTraffic } from "../kpi-intake/store/samples-store.ts";

let database: Database;
beforeAll(async () => {
  database = openDatabase((await freshDatabase("series")).appUrl, { connectionsMax: 3 });
});
afterAll(() => database.close());

const FROM = new Date("2026-11-24T10:00:00.000Z");
const at = (seconds: number): Date => new Date(FROM.getTime() + seconds * 1000);
const counts = (of: number): number[] => emptyCounts().map((_, index) => (index === 5 ? of : 0));
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
  await storeTraffic(database.pool, once(), at(1), [{ ...traffic, requests: 500, errors: 0, counts: counts(500), sumMs: 1 }]);
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
