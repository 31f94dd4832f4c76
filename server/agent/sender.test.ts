import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { startFakeIntake, type FakeIntake } from "../testing/fake-intake.ts";
import { startSender } from "./sender.ts";
import { openSpool, type Spool } from "./spool.ts";

const SECRET = `whsec_${Buffer.alloc(24, 3).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(24, 4).toString("base64")}`;
const logger = pino({ level: "silent" });
const opened: FakeIntake[] = [];

afterEach(() => {
  for (const intake of opened.splice(0)) intake.close();
});

async function start(credentials = { id: "agt_1", secret: SECRET }) {
  const intake = await startFakeIntake(SECRET);
  opened.push(intake);
  const spool = openSpool({ folder: mkdtempSync(join(tmpdir(), "geostitch-sender-")), bytesMax: 1e6, logger });
  const key = { ...credentials };
  const intakeUrl = new URL("/api/webhooks/kpi", intake.url);
  const sender = startSender({ intake: intakeUrl, spool, credentials: () => key, logger, random: () => 0 });
  const add = (...bodies: string[]): void => {
    for (const body of bodies) spool.add({ body, checkpoint: null });
    sender.wake();
  };
  return { intake, spool, sender, key, add };
}

const isEmpty = (spool: Spool): boolean => spool.status().batches === 0;
const bodies = (intake: FakeIntake, status: number): string[] =>
  intake.tries.filter((delivery) => delivery.status === status).map(({ body }) => body);

test("batches are delivered in their order, signed, and then gone", async () => {
  const { intake, spool, sender, add } = await start();
  add("one", "two", "three");
  await intake.until((tries) => tries.length === 3, 5_000);
  await sender.finish(1_000);
  expect(bodies(intake, 202)).toEqual(["one", "two", "three"]);
  expect(intake.tries.every(({ agent }) => agent === "agt_1")).toBe(true);
  expect([isEmpty(spool), sender.results.get("delivered")]).toEqual([true, 3]);
});

test.each([429, 503])(
  "an intake that answers %d is left alone as long as it asks for; the batch keeps its id and its place",
  async (status) => {
    const { intake, add } = await start();
    intake.answer(() => (intake.tries.length < 2 ? { status, headers: { "retry-after": "1" } } : { status: 202 }));
    add("first", "second");
    await intake.until((tries) => tries.length === 4, 10_000);
    const [one, two, three, four] = intake.tries;
    expect(new Set([one?.id, two?.id, three?.id]).size).toBe(1);
    expect([three?.body, four?.body]).toEqual(["first", "second"]);
    for (const [before, after] of [
      [one, two],
      [two, three],
    ])
      expect((after?.atMs ?? 0) - (before?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  },
);

test("a batch that is refused for good is given up, and the next one is sent", async () => {
  const { intake, sender, add } = await start();
  intake.answer(() => ({ status: intake.tries.length === 0 ? 400 : 202 }));
  add("bad", "good");
  await intake.until((tries) => tries.length === 2, 5_000);
  await sender.finish(1_000);
  expect([bodies(intake, 400), bodies(intake, 202)]).toEqual([["bad"], ["good"]]);
  expect(sender.results.get("refused")).toBe(1);
});

test("a key that is not known keeps every batch; they go out under the next key", async () => {
  const { intake, spool, sender, key, add } = await start({ id: "agt_1", secret: OTHER });
  add("kept");
  await intake.until((tries) => tries.length === 1, 5_000);
  expect([bodies(intake, 401), spool.status()]).toEqual([["kept"], { batches: 1, bytes: 4096, dropped: 0 }]);
  key.secret = SECRET;
  await intake.until((tries) => tries.at(-1)?.status === 202, 20_000);
  await sender.finish(1_000);
  expect(isEmpty(spool)).toBe(true);
});

test("an intake that does not answer is given up after its deadline, and tried again with the same batch", async () => {
  const { intake, add } = await start();
  intake.answer(() => (intake.tries.length === 0 ? null : { status: 202 }));
  add("patient");
  await intake.until((tries) => tries.length === 2, 15_000);
  expect(intake.tries.map(({ body }) => body)).toEqual(["patient", "patient"]);
  expect(intake.tries[0]?.id).toBe(intake.tries[1]?.id);
});
