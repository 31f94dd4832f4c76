import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasEnded, type MigrationRecord } from "../orchestration/domain/migration.ts";
import { openMoves, until, type Moves } from "./moves.ts";
import { TestWorld, TWO_PLACES } from "./test-world.ts";

/** Whatever a component does on its admin port, a move of it ends, what was acknowledged is there once, and it can be written to. */
const PROGRAM = new URL("fixtures/misbehaving-component.mjs", import.meta.url).pathname;
const PAUSE_BUDGET_MS = 4_000;
/** Six components boot, are written to and moved at once, on whatever else this machine does. */
const WITHIN_MS = 45_000;
let world: TestWorld;
let moves: Moves;

beforeAll(async () => {
  world = await TestWorld.start(TWO_PLACES);
  world.spawn("orchestrator");
  moves = openMoves(world.appUrl);
  const guardRails = { watchMs: 0, maxConcurrent: 20, pauseBudgetMs: PAUSE_BUDGET_MS };
  await moves.apply([{ apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec: { guardRails } }]);
  await moves.untilHeard(2, 20_000);
}, 60_000);

afterAll(async () => {
  await moves.close();
  await world.stop();
});

const manifest = (name: string, env: Readonly<Record<string, string>>, placement: unknown = {}) => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Component",
  metadata: { application: "theirs", name },
  spec: {
    version: "1",
    artifact: { driver: "process", command: ["node", PROGRAM] },
    env,
    network: { protocol: "http", readiness: { path: "/healthz", timeoutMs: 1000 } },
    state: { kind: "full", driver: "snapshot", sizeMiB: 1 },
    entrypoint: true,
    placement,
  },
});

/** Registers a component, waits until it is served, and begins to write to it. */
async function start(name: string, env: Readonly<Record<string, string>>) {
  await moves.apply([manifest(name, env)]);
  const url = `${world.wiring.gateway.url}/theirs/${name}/documents/d`;
  await until(async () => (await request(url).then(({ statusCode, body }) => (body.dump(), statusCode))) === 200, WITHIN_MS);
  const dispatcher = new Agent({ connections: 2 });
  const acknowledged: string[] = [];
  const stopping = new AbortController();
  const write = async (key: string): Promise<boolean> => {
    const headers = { "idempotency-key": key, "content-type": "application/json" };
    const { statusCode, body } = await request(url, { method: "POST", dispatcher, headers, body: "{}" });
    await body.dump();
    if (statusCode === 200) acknowledged.push(key);
    return statusCode === 200;
  };
  const writer = (async () => {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      await write(`${count}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    move: async (): Promise<MigrationRecord> => await moves.request(`theirs/${name}`, "east", "middle"),
    /** Ends the writer; whether a last write is taken, and what of all that was acknowledged is not there exactly once. */
    finish: async () => {
      stopping.abort();
      await writer;
      const writable = await write("last");
      const { keys } = (await (await request(url, { dispatcher })).body.json()) as { keys: string[] };
      await dispatcher.close();
      const wrong = acknowledged.filter((key) => keys.filter((other) => other === key).length !== 1);
      return { writable, wrong, some: acknowledged.length > 10 };
    },
    leftovers: async () => {
      const { migration, instance, reservation } = moves.database.prisma;
      const ids = (await migration.findMany({ where: { componentKey: `theirs/${name}` } })).map(({ id }) => id);
      return {
        instances: await instance.count({ where: { componentKey: `theirs/${name}` } }),
        reservations: await reservation.count({ where: { migrationId: { in: ids } } }),
      };
    },
  };
}

const atStep = async (id: string, step: string): Promise<boolean> =>
  await until(async () => {
    const migration = await moves.service.get(id);
    return migration.step === step || hasEnded(migration.state);
  }, WITHIN_MS);

const FINE = { writable: true, wrong: [], some: true };
const TIMEOUT = { timeout: 180_000 };

test.concurrent(
  "a source that never answers its seal is left alone when the pause budget is used up, and serves on",
  TIMEOUT,
  async () => {
    const component = await start("sealing", { MISBEHAVE: "seal-never" });
    const ended = await moves.ended((await component.move()).id, WITHIN_MS);
    expect(ended).toMatchObject({ state: "aborted", held: { failed: 0 } });
    expect(ended?.error).toMatch(/pause budget of 4000 ms .* did not answer its seal/);
    // Beyond the budget there is the way back; a second budget for a second try is not.
    expect(ended?.pauseMs ?? 0).toBeLessThan(2 * PAUSE_BUDGET_MS);
    expect(await component.finish()).toEqual(FINE);
  },
);

test.concurrent("a copy that hangs says what it waits for, and an abort does not wait for it", TIMEOUT, async () => {
  const component = await start("hanging", { MISBEHAVE: "state-never" });
  const { id } = await component.move();
  await atStep(id, "pre-copy");
  expect(await until(async () => (await moves.service.get(id)).waitingFor?.code === "transfer", WITHIN_MS)).toBe(true);
  await moves.abort(id);
  expect(await moves.ended(id, WITHIN_MS)).toMatchObject({ state: "aborted" });
  expect(await component.finish()).toEqual(FINE);
});

test.concurrent("a move whose target never opens can be rolled back, and loses nothing", TIMEOUT, async () => {
  const component = await start("closed", { MISBEHAVE: "activate-broken", MISBEHAVE_IN: "middle" });
  const { id } = await component.move();
  await atStep(id, "activate");
  await moves.service.rollback({
    id,
    reason: "it does not open",
    actor: { kind: "system", id: "t", name: "t", role: "administrator" },
    requestId: null,
  });
  expect(await moves.ended(id, WITHIN_MS)).toMatchObject({ state: "rolled_back" });
  expect(await component.finish()).toEqual(FINE);
  await until(async () => (await component.leftovers()).instances === 1, WITHIN_MS);
  expect(await component.leftovers()).toEqual({ instances: 1, reservations: 0 });
});

test.concurrent("a target that takes longer to open than a command may take is waited for", TIMEOUT, async () => {
  const component = await start("slow", { MISBEHAVE: "activate-slow", MISBEHAVE_IN: "middle" });
  expect(await moves.ended((await component.move()).id, WITHIN_MS + 15_000)).toMatchObject({
    state: "succeeded",
    held: { failed: 0 },
  });
  expect(await component.finish()).toEqual(FINE);
});

test.concurrent("a place that the manifest forbids while the move is copying gets nothing of it", TIMEOUT, async () => {
  const env = { MISBEHAVE: "state-late" };
  const component = await start("forbidden", env);
  const { id } = await component.move();
  await atStep(id, "pre-copy");
  await moves.apply([manifest("forbidden", env, { deny: { countries: ["DE"] } })]);
  const ended = await moves.ended(id, WITHIN_MS);
  expect(ended).toMatchObject({ state: "aborted", error: "residency: country DE is in placement.deny.countries" });
  expect(await component.finish()).toEqual(FINE);
});

test.concurrent("no error tells what is in a component's state", TIMEOUT, async () => {
  const component = await start("secret", { MISBEHAVE: "no-trailers" });
  const ended = await moves.ended((await component.move()).id, WITHIN_MS + 15_000);
  expect(ended).toMatchObject({ state: "aborted", error: "pre-copy: the source's state came without its geostitch-position" });
  expect(await component.finish()).toEqual(FINE);
});
