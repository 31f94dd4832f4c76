import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MigrationRecord } from "../orchestration/domain/migration.ts";
import { standingOf } from "../routing-layer/domain/shares.ts";
import { openMoves, until, type Moves } from "./moves.ts";
import { TestWorld, TWO_PLACES } from "./test-world.ts";

/** A move without state, tried on a part of its users, with the product as processes and users who keep coming. */
const PROGRAM = new URL("fixtures/place-component.mjs", import.meta.url).pathname;
const PERCENT = 25;
const CANARY_MS = 6_000;
const USERS = 45;
/** Who come at the same time. */
const CROWDS = 4;
let world: TestWorld;
let moves: Moves;

beforeAll(async () => {
  world = await TestWorld.start(TWO_PLACES);
  world.spawn("intake");
  world.spawn("orchestrator");
  moves = openMoves(world.appUrl);
  const guardRails = { watchMs: 1_000, maxConcurrent: 20, canaryPercent: PERCENT, canaryMs: CANARY_MS };
  await moves.apply([{ apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec: { guardRails } }]);
  await moves.untilHeard(2, 20_000);
}, 60_000);

afterAll(async () => {
  await moves.close();
  await world.stop();
});

interface Seen {
  readonly user: string;
  readonly status: number;
  readonly place: string;
  readonly atMs: number;
}

/** Registers a component, waits until it is served, and sends its users, each from an address of their own. */
async function start(name: string, env: Readonly<Record<string, string>> = {}) {
  const network = { protocol: "http", readiness: { path: "/healthz", timeoutMs: 1000 } };
  const artifact = { driver: "process", command: ["node", PROGRAM] };
  const spec = { version: "1", artifact, env, network, replicas: { min: 1, max: 3 }, entrypoint: true };
  const metadata = { application: "theirs", name };
  await moves.apply([{ apiVersion: "geostitch.dev/v1", kind: "Component", metadata, spec }]);
  const url = `${world.wiring.gateway.url}/theirs/${name}/`;
  // The lab believes what its own addresses say of their clients.
  const dispatcher = new Agent({ connections: 8, localAddress: "127.66.0.9" });
  const seen: Seen[] = [];
  const ask = async (user: string): Promise<void> => {
    const { statusCode: status, headers, body } = await request(url, { dispatcher, headers: { "x-forwarded-for": user } });
    await body.dump();
    seen.push({ user, status, place: String(headers["geostitch-data-center"] ?? ""), atMs: Date.now() });
  };
  await until(async () => (await ask("81.2.69.1"), seen.at(-1)?.status === 200), 20_000);
  seen.length = 0;
  const stopping = new AbortController();
  const crowd = async (first: number): Promise<void> => {
    for (let count = first; !stopping.signal.aborted; count += CROWDS) {
      await ask(`81.2.69.${count % USERS}`);
      await delay(8);
    }
  };
  const users = Promise.all(Array.from({ length: CROWDS }, (_, index) => crowd(index)));
  const key = `theirs/${name}`;
  return {
    key,
    seen,
    move: () => moves.request(key, "east", "middle"),
    stop: async () => {
      stopping.abort();
      await users;
      await dispatcher.close();
    },
  };
}

const isTarget = (key: string, epoch: number, user: string): boolean => standingOf(key, epoch, user) < PERCENT;
const tried = async (id: string): Promise<boolean> =>
  await until(async () => {
    const { canary, step } = await moves.service.get(id);
    return canary !== null && step === "watch" && canary.target.requests > 0;
  }, 30_000);

/** What was answered while both sides were in force everywhere: not in the moments in which entries are told. */
function during(seen: readonly Seen[], migration: MigrationRecord): Seen[] {
  const watch = migration.steps.find(({ name }) => name === "watch")?.startedAt?.getTime() ?? 0;
  const decided = Date.parse(migration.canary?.decidedAt ?? "");
  return seen.filter(({ atMs }) => atMs > watch + 300 && atMs < decided);
}

test(
  "a new place that holds gets its share of the users first, the same ones throughout, and then all of them",
  { timeout: 90_000 },
  async () => {
    const front = await start("held");
    const { id } = await front.move();
    const ended = await moves.ended(id, 60_000);
    await front.stop();
    expect(ended).toMatchObject({ state: "succeeded", canary: { percent: PERCENT, decision: "held" } });
    expect(ended?.receipt).toMatchObject({ canary: { decision: "held", target: { errors: 0 } } });
    expect(ended?.canary?.target.requests ?? 0).toBeGreaterThan(20);
    const split = during(front.seen, ended as MigrationRecord);
    expect(split.length).toBeGreaterThan(100);
    const wrong = split.filter(({ user, place }) => place !== (isTarget(front.key, 2, user) ? "middle" : "east"));
    expect(wrong).toEqual([]);
    expect(front.seen.filter(({ status }) => status !== 200)).toEqual([]);
    expect(front.seen.at(-1)?.place).toBe("middle");
  },
);

test(
  "a new place that fails gives its users back by itself, says why, and nobody else has seen it",
  { timeout: 90_000 },
  async () => {
    const front = await start("failing", { FAIL_IN: "middle" });
    const { id } = await front.move();
    const ended = await moves.ended(id, 60_000);
    const endedMs = Date.now();
    const seenAfter = () => front.seen.filter(({ atMs }) => atMs > endedMs);
    await until(async () => (await moves.database.prisma.instance.count({ where: { componentKey: front.key } })) === 1, 15_000);
    expect(await until(() => seenAfter().length > 10, 15_000)).toBe(true);
    await front.stop();
    expect(ended).toMatchObject({ state: "rolled_back", canary: { decision: "returned" } });
    expect(ended?.error).toMatch(/^canary: errors 100\.0 % against 0\.0 %$/);
    const failed = front.seen.filter(({ status }) => status !== 200);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.filter(({ user }) => !isTarget(front.key, 2, user))).toEqual([]);
    // Gone back, not only given up: whoever was tried is served again.
    expect(seenAfter().filter(({ status, place }) => status !== 200 || place !== "east")).toEqual([]);
    expect(await moves.placeOf(front.key)).toBe("east");
  },
);

test("a new place that is slower than the old one explains goes back, too", { timeout: 90_000 }, async () => {
  const front = await start("slow", { SLOW_IN: "middle" });
  const ended = await moves.ended((await front.move()).id, 60_000);
  await front.stop();
  expect(ended).toMatchObject({
    state: "rolled_back",
    error: expect.stringMatching(/^canary: p95 \d+ ms, at most \d+ ms/) as string,
  });
  expect(front.seen.filter(({ status }) => status !== 200)).toEqual([]);
});

test("somebody may end it while it is tried, and its users go back at once", { timeout: 90_000 }, async () => {
  const front = await start("ended");
  const { id } = await front.move();
  expect(await tried(id)).toBe(true);
  const actor = { kind: "system", id: "t", name: "t", role: "administrator" } as const;
  await moves.service.rollback({ id, reason: "not today", actor, requestId: null });
  const ended = await moves.ended(id, 20_000);
  await front.stop();
  expect(ended).toMatchObject({ state: "rolled_back", canary: { decision: "returned", reason: "not today" } });
  expect(front.seen.filter(({ status }) => status !== 200)).toEqual([]);
  expect(front.seen.at(-1)?.place).toBe("east");
});

test("a successor of the orchestrator goes on with the same share of the same users", { timeout: 90_000 }, async () => {
  const front = await start("taken-over");
  const { id } = await front.move();
  expect(await tried(id)).toBe(true);
  expect(world.restart("orchestrator")).toBe(true);
  const ended = await moves.ended(id, 60_000);
  await front.stop();
  expect(ended).toMatchObject({ state: "succeeded", canary: { decision: "held" } });
  const wrong = during(front.seen, ended as MigrationRecord).filter(
    ({ user, place }) => place !== (isTarget(front.key, 2, user) ? "middle" : "east"),
  );
  expect(wrong).toEqual([]);
  expect(front.seen.filter(({ status }) => status !== 200)).toEqual([]);
});
