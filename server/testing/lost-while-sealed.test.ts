import { existsSync } from "node:fs";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRegistry } from "../component-registry/store/records.ts";
import { createRecoverService } from "../orchestration/index.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { systemClock } from "../platform/clock.ts";
import { newId } from "../platform/ids.ts";
import { openMoves, until, type Moves } from "./moves.ts";
import { TEST_PLACES, TestWorld } from "./test-world.ts";

/** A place that is cut off between the seal of a move's source and the commit: nobody can open what was just closed. */
const ACTOR = { kind: "user", id: "u", name: "ann", role: "approver" } as const;
let world: TestWorld;
let moves: Moves;

const vault = (name: string) => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Component",
  metadata: { application: "theirs", name },
  spec: {
    version: "1",
    artifact: { driver: "process", command: ["node", new URL("fixtures/independent-component.mjs", import.meta.url).pathname] },
    network: { protocol: "http", readiness: { path: "/healthz", timeoutMs: 1000 } },
    entrypoint: true,
    placement: { prefer: { dataCenters: ["middle"] } },
    state: { kind: "full", driver: "snapshot", sizeMiB: 1 },
  },
});

beforeAll(async () => {
  world = await TestWorld.start({
    places: [TEST_PLACES.east, TEST_PLACES.middle, TEST_PLACES.far],
    roundTrips: ["east,middle,40", "east,far,60", "middle,far,80"],
    components: [],
  });
  moves = openMoves(world.appUrl);
  const orchestrator = world.spawn("orchestrator");
  const spec = { guardRails: { watchMs: 0, pauseBudgetMs: 1_000 }, selfHealing: { afterMs: 5_000 } };
  const policy = { apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec };
  await moves.apply([policy, vault("stays"), vault("leaves")]);
  await moves.untilHeard(3, 20_000);
  for (const name of ["stays", "leaves"]) expect(await moves.placeOf(`theirs/${name}`)).toBe("middle");
  orchestrator.kill("SIGKILL");
}, 90_000);

afterAll(async () => {
  await moves.close();
  await world.stop();
});

const dispatcher = new Agent({ connections: 2, localAddress: "127.66.0.9" });
async function write(name: string, key: string): Promise<number> {
  const answer = await request(`${world.wiring.gateway.url}/theirs/${name}/documents/d`, {
    dispatcher,
    method: "POST",
    headers: { "x-forwarded-for": "8.8.8.8", "content-type": "application/json", "idempotency-key": key },
    body: "{}",
  });
  await answer.body.dump();
  return answer.statusCode;
}
const isLost = async (): Promise<boolean> =>
  (await moves.database.prisma.dataCenter.findUniqueOrThrow({ where: { name: "middle" } })).loss !== null;

/** Ends the orchestrator when the source is closed and before it is written down, and lets the next one find the place cut off. */
async function sealAndCutOff(name: string): Promise<string> {
  const marker = world.marker("seal");
  const first = world.spawn("orchestrator", { GEOSTITCH_FAULT_POINT: `forward:seal:after-effect@${marker}` });
  await moves.untilHeard(3, 20_000);
  expect(await until(async () => (await write(name, `before-${name}`)) === 200, 20_000)).toBe(true);
  const { id } = await moves.request(`theirs/${name}`, "middle", "far");
  expect(await until(() => existsSync(marker), 30_000)).toBe(true);
  first.kill("SIGKILL");
  await world.cutOff("middle", true);
  return id;
}

test(
  "its move ends as aborted without waiting for the place, and what was closed is opened when the place is back",
  { timeout: 120_000 },
  async () => {
    const id = await sealAndCutOff("stays");
    const next = world.spawn("orchestrator");
    expect(await moves.ended(id, 40_000)).toMatchObject({ state: "aborted", epochTo: 2 });
    expect(await isLost()).toBe(true);
    await world.cutOff("middle", false);
    expect(await until(async () => (await write("stays", "after")) === 200, 30_000)).toBe(true);
    expect(await moves.placeOf("theirs/stays")).toBe("middle");
    next.kill("SIGKILL");
  },
);

test("it can be recovered elsewhere meanwhile, and what was closed stays closed for good", { timeout: 120_000 }, async () => {
  const id = await sealAndCutOff("leaves");
  world.spawn("orchestrator");
  expect(await moves.ended(id, 40_000)).toMatchObject({ state: "aborted" });
  const store = createMigrationStore(moves.database, readRegistry);
  const recoveries = createRecoverService({ store, clock: systemClock, newId, wake: () => undefined });
  const order = { component: "theirs/leaves", to: "far", acceptLoss: true, reason: "the region is gone", actor: ACTOR };
  const recovery = await recoveries.recover({ ...order, requestId: null });
  expect(await moves.ended(recovery.id, 40_000)).toMatchObject({ state: "succeeded", epochTo: 3 });
  await world.cutOff("middle", false);
  expect(await until(async () => !(await isLost()), 30_000)).toBe(true);
  const settled = async (): Promise<boolean> => {
    const row = await moves.database.prisma.migration.findUniqueOrThrow({ where: { id } });
    return (row.context as { owesOpening?: boolean }).owesOpening === false;
  };
  expect(await until(settled, 20_000)).toBe(true);
  expect(await moves.placeOf("theirs/leaves")).toBe("far");
  expect(await until(async () => (await write("leaves", "after")) === 200, 20_000)).toBe(true);
});
