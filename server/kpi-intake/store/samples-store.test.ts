import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, type Database } from "../../platform/db/client.ts";
import { freshDatabase } from "../../testing/postgres.ts";
import { HOUR_MS } from "../domain/resolution.ts";
import type { PlacedSample } from "../store-port.ts";
import { storeKpiSamples } from "./samples-store.ts";

let database: Database;
beforeAll(async () => {
  database = openDatabase((await freshDatabase("samples")).appUrl, { connectionsMax: 6 });
});
afterAll(() => database.close());

const HOUR = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
let deliveries = 0;
const delivery = () => ({ agent: "agt_1", webhookId: `samples-${(deliveries += 1)}` });

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
      await database.pool.query("delete from kpi_sample");
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
  const { rows } = await database.pool.query("select count(*)::int as n from kpi_sample where instance like 'i-%'");
  expect(rows).toEqual([{ n: 60 }]);
});
