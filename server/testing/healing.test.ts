import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRegistry } from "../component-registry/store/records.ts";
import { createFreezeService, createRecoverService } from "../orchestration/index.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { systemClock } from "../platform/clock.ts";
import { newId } from "../platform/ids.ts";
import { openMoves, until, type Moves } from "./moves.ts";
import { TEST_PLACES, TestWorld } from "./test-world.ts";

/** A data centre that is cut off from all others while everything in it goes on running: the worst kind of loss. */
const AFTER_MS = 5_000;
const ACTOR = { kind: "user", id: "u", name: "ann", role: "approver" } as const;
let world: TestWorld;
let moves: Moves;

const network = { protocol: "http", readiness: { path: "/healthz", timeoutMs: 1000 } };
const programOf = (file: string) => ({
  driver: "process",
  command: ["node", new URL(`fixtures/${file}`, import.meta.url).pathname],
});
const manifest = (name: string, spec: Readonly<Record<string, unknown>>) => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Component",
  metadata: { application: "theirs", name },
  spec: { version: "1", artifact: programOf("place-component.mjs"), network, entrypoint: true, ...spec },
});
/** Begins in the place that will be lost. */
const inMiddle = { prefer: { dataCenters: ["middle"] } };

beforeAll(async () => {
  world = await TestWorld.start({
    places: [TEST_PLACES.east, TEST_PLACES.middle, TEST_PLACES.far],
    roundTrips: ["east,middle,40", "east,far,60", "middle,far,80"],
    components: [],
  });
  world.spawn("orchestrator");
  moves = openMoves(world.appUrl);
  const spec = { guardRails: { watchMs: 0, maxPerHour: 50 }, selfHealing: { afterMs: AFTER_MS } };
  await moves.apply([
    { apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec },
    manifest("front", { placement: inMiddle }),
    manifest("german", { placement: { ...inMiddle, allow: { countries: ["DE", "SG"] } } }),
    manifest("vault", {
      artifact: programOf("independent-component.mjs"),
      placement: inMiddle,
      state: { kind: "full", driver: "snapshot", sizeMiB: 1 },
    }),
  ]);
  await moves.untilHeard(3, 20_000);
  for (const name of ["front", "german", "vault"]) expect(await moves.placeOf(`theirs/${name}`)).toBe("middle");
}, 90_000);

afterAll(async () => {
  await moves.close();
  await world.stop();
});

/** Americans, who enter where nothing is lost. */
const dispatcher = new Agent({ connections: 4, localAddress: "127.66.0.9" });
async function ask(path: string, init: { method?: "POST"; key?: string } = {}) {
  const headers = {
    "x-forwarded-for": "8.8.8.8",
    "content-type": "application/json",
    ...(init.key ? { "idempotency-key": init.key } : {}),
  };
  const body = init.method === "POST" ? { body: "{}" } : {};
  const answer = await request(`${world.wiring.gateway.url}/theirs/${path}`, {
    dispatcher,
    headers,
    method: init.method ?? "GET",
    ...body,
  });
  return {
    status: answer.statusCode,
    place: String(answer.headers["geostitch-data-center"] ?? ""),
    text: await answer.body.text(),
  };
}
const rowsOf = (name: string) => moves.database.prisma.instance.findMany({ where: { componentKey: `theirs/${name}` } });
const servedFrom = async (name: string): Promise<string | null> => {
  const rows = (await rowsOf(name)).filter(
    ({ desired, migrationId, state }) => desired && migrationId === null && state === "ready",
  );
  return rows[0]?.dataCenter ?? null;
};
const lossOf = async (place: string) =>
  (await moves.database.prisma.dataCenter.findUniqueOrThrow({ where: { name: place } })).loss as {
    components: { component: string; outcome: string; message: string; migration: string | null }[];
  } | null;
const running = async (name: string) =>
  (await world.instances()).filter((instance) => instance.name.startsWith(`theirs.${name}.`));

test(
  "a host that is silent alone loses nothing: what it started goes on, and nothing is placed again",
  { timeout: 60_000 },
  async () => {
    expect(world.kill("host")).toBe(true);
    const silentMs = performance.now();
    while (performance.now() - silentMs < AFTER_MS + 4_000) {
      expect((await ask("front/")).status).toBe(200);
      await delay(250);
    }
    expect(await lossOf("middle")).toBeNull();
    expect(await moves.database.prisma.migration.count()).toBe(0);
    world.spawn("host");
    await moves.untilHeard(3, 20_000);
  },
);

test(
  "what keeps no state is placed again within a minute, where it may be; while frozen it waits and says so",
  { timeout: 120_000 },
  async () => {
    expect((await ask("vault/documents/d", { method: "POST", key: "before" })).status).toBe(200);
    const freezes = createFreezeService({
      store: createMigrationStore(moves.database, readRegistry),
      clock: systemClock,
      wake: () => undefined,
    });
    await freezes.set({ reason: "incident", until: null, actor: ACTOR, requestId: null });
    await world.cutOff("middle", true);
    const cutMs = performance.now();
    expect(await until(async () => ((await lossOf("middle"))?.components.length ?? 0) === 3, AFTER_MS + 15_000)).toBe(true);
    const told = new Map((await lossOf("middle"))?.components.map((one) => [one.component, one]));
    expect(told.get("theirs/front")).toMatchObject({ outcome: "waits", message: "frozen by ann: incident" });
    expect(told.get("theirs/vault")).toMatchObject({ outcome: "needs-approver" });
    expect(await moves.database.prisma.migration.count()).toBe(0);
    await freezes.clear({ reason: null, actor: ACTOR, requestId: null });

    const statuses: number[] = [];
    const healed = async (): Promise<boolean> => {
      statuses.push((await ask("front/")).status);
      return (
        (await servedFrom("front")) !== "middle" && (await servedFrom("front")) !== null && (await servedFrom("german")) === "far"
      );
    };
    expect(await until(healed, 60_000 - (performance.now() - cutMs))).toBe(true);
    // Refused while nothing served, never answered wrongly.
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(await until(async () => (await ask("front/")).status === 200, 5_000)).toBe(true);
    expect((await ask("front/")).place).not.toBe("middle");
    const [run] = await moves.service.list({ component: "theirs/front", limit: 1 });
    // It serves a moment before the run has given the old one up.
    expect(await moves.ended(run?.id ?? "", 20_000)).toMatchObject({
      state: "succeeded",
      reason: "middle is lost: placed again",
      requestedBy: { name: "self-healing" },
    });
    // The one in the lost place runs on and is nobody's any more.
    expect(await running("front")).toHaveLength(2);
    expect((await rowsOf("front")).filter(({ desired }) => desired)).toHaveLength(1);
  },
);

test(
  "what keeps state is never placed again by itself, only without it by an approver; then it has one owner",
  { timeout: 120_000 },
  async () => {
    expect(await servedFrom("vault")).toBeNull();
    expect((await ask("vault/documents/d")).status).toBe(503);
    const recoveries = createRecoverService({
      store: createMigrationStore(moves.database, readRegistry),
      clock: systemClock,
      newId,
      wake: () => undefined,
    });
    const order = { component: "theirs/vault", to: "far", reason: "the region is gone", actor: ACTOR, requestId: null };
    await expect(recoveries.recover({ ...order, acceptLoss: false })).rejects.toMatchObject({ code: "loss" });
    const { id } = await recoveries.recover({ ...order, acceptLoss: true });
    expect(await moves.ended(id, 40_000)).toMatchObject({ state: "succeeded", epochTo: 2 });
    expect(
      await until(async () => (await ask("vault/documents/d", { method: "POST", key: "after" })).status === 200, 10_000),
    ).toBe(true);
    const { text, place } = await ask("vault/documents/d");
    expect([place, (JSON.parse(text) as { keys: string[] }).keys]).toEqual(["far", ["after"]]);
  },
);

test(
  "a place that is back gets nothing back: what was given up is stopped, and what it kept is kept",
  { timeout: 60_000 },
  async () => {
    const [old] = (await rowsOf("vault")).filter(({ dataCenter }) => dataCenter === "middle");
    await world.cutOff("middle", false);
    expect(await until(async () => (await lossOf("middle")) === null, 20_000)).toBe(true);
    const alone = async (): Promise<boolean> => (await running("front")).length === 1 && (await running("vault")).length === 1;
    expect(await until(alone, 20_000)).toBe(true);
    expect((await ask("front/")).place).not.toBe("middle");
    expect((JSON.parse((await ask("vault/documents/d")).text) as { keys: string[] }).keys).toEqual(["after"]);
    expect(existsSync(join(world.dataDir, "host", "instances", old?.name ?? "none", "state"))).toBe(true);
    expect(await until(async () => (await rowsOf("vault")).length === 1, 10_000)).toBe(true);
  },
);
