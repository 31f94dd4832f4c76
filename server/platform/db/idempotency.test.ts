import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../../testing/postgres.ts";
import { openDatabase, type Database } from "./client.ts";
import { createIdempotency } from "./idempotency.ts";

const PARALLEL = 20;
let database: Database;
beforeAll(async () => {
  database = openDatabase((await freshDatabase("idempotency")).appUrl, { name: "idempotency", connectionsMax: 3 });
});
afterAll(() => database.close());

const once = (key: string, work: () => Promise<unknown>) =>
  createIdempotency(database.keyPool, "secret").once({ principal: "user:ann", key, requestHash: "hash" }, async () => ({
    status: 200,
    body: await work(),
  }));
const inParallel = <T>(run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: PARALLEL }, (_, index) => run(index)));

test("more keyed requests at once than there are connections all find one for their work", async () => {
  const ask = async (index: number): Promise<unknown> => {
    const { rows } = await database.pool.query<{ index: number }>("select $1::int as index", [index]);
    return rows[0]?.index;
  };
  const answers = await inParallel((index) => once(`key-${index}`, () => ask(index)));
  expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: PARALLEL }, (_, index) => index));
});

test("one key many times at once is worked on once, and all get that answer", async () => {
  let worked = 0;
  const answers = await inParallel(() =>
    once("the-same", async () => {
      worked += 1;
      await delay(50);
      return worked;
    }),
  );
  expect(worked).toBe(1);
  expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: PARALLEL }, () => 1));
});
