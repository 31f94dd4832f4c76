import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMoves, until, type Moves } from "./moves.ts";
import { TestWorld, TWO_PLACES } from "./test-world.ts";

/** The state protocol is public: a component that knows only the contract's section 7 moves under load like any other. */
const PROGRAM = new URL("fixtures/independent-component.mjs", import.meta.url).pathname;
const WRITERS = 8;
let world: TestWorld;
let moves: Moves;

const componentOf = (name: string, digests: string, version = "1") => ({
  apiVersion: "geostitch.dev/v1",
  kind: "Component",
  metadata: { application: "theirs", name },
  spec: {
    version,
    artifact: { driver: "process", command: ["node", PROGRAM] },
    env: { DIGESTS: digests },
    network: { protocol: "http", readiness: { path: "/healthz", timeoutMs: 1000 } },
    state: { kind: "full", driver: "snapshot", sizeMiB: 1 },
    entrypoint: true,
  },
});

beforeAll(async () => {
  world = await TestWorld.start(TWO_PLACES);
  world.spawn("orchestrator");
  moves = openMoves(world.appUrl);
  const guardRails = { watchMs: 0 };
  const policy = { apiVersion: "geostitch.dev/v1", kind: "Policy", metadata: { name: "default" }, spec: { guardRails } };
  await moves.apply([policy, componentOf("whole", "whole"), componentOf("chunks", "chunk")]);
  await moves.untilHeard(2, 20_000);
  // What the registry calls ready is served once the entries have its route.
  const isServed = async (component: string): Promise<boolean> => {
    const answer = await request(`${world.wiring.gateway.url}/${component}/documents/none`);
    await answer.body.dump();
    return answer.statusCode === 200;
  };
  for (const component of ["theirs/whole", "theirs/chunks"]) expect(await until(() => isServed(component), 20_000)).toBe(true);
}, 60_000);

afterAll(async () => {
  await moves.close();
  await world.stop();
});

test.each(["theirs/whole", "theirs/chunks"])(
  "%s moves there and back under writers, and nothing is lost",
  async (component) => {
    expect(await moves.placeOf(component)).toBe("east");
    const finish = startWriters(`${world.wiring.gateway.url}/${component}`);
    const ends = [];
    for (const [from, to] of [
      ["east", "middle"],
      ["middle", "east"],
    ] as const) {
      const { id } = await moves.request(component, from, to);
      const ended = await moves.ended(id, 20_000);
      ends.push({ state: ended?.state, error: ended?.error ?? null });
    }
    const { acknowledged, missing, refused } = await finish();
    expect(ends).toEqual([
      { state: "succeeded", error: null },
      { state: "succeeded", error: null },
    ]);
    expect({ missing, refused }).toEqual({ missing: [], refused: [] });
    expect(acknowledged).toBeGreaterThan(100);
  },
  60_000,
);

test("a changed manifest is what runs, in place and at the same epoch, and nothing acknowledged is lost", async () => {
  const rowOf = () => moves.database.prisma.instance.findFirst({ where: { componentKey: "theirs/whole", desired: true } });
  const before = await rowOf();
  const { epoch } = await moves.database.prisma.component.findUniqueOrThrow({ where: { key: "theirs/whole" } });
  const finish = startWriters(`${world.wiring.gateway.url}/theirs/whole`);
  await moves.apply([componentOf("whole", "chunk", "2")]);
  const renewed = async (): Promise<boolean> => {
    const row = await rowOf();
    return row?.version === "2" && row.state === "ready" && row.pid !== before?.pid;
  };
  expect(await until(renewed, 20_000)).toBe(true);
  const answer = await request(`${world.wiring.gateway.url}/theirs/whole/documents/after`, {
    method: "POST",
    headers: { "idempotency-key": "after", "content-type": "application/json" },
    body: "{}",
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["geostitch-epoch"]).toBe(String(epoch));
  await answer.body.dump();
  const { acknowledged, missing } = await finish();
  expect(missing).toEqual([]);
  expect(acknowledged).toBeGreaterThan(10);
  expect((await rowOf())?.name).toBe(before?.name);
}, 60_000);

/** Writers with a document each, as fast as they are answered; at the end each acknowledged key has to be there once. */
function startWriters(base: string) {
  const dispatcher = new Agent({ connections: WRITERS });
  const refused: string[] = [];
  let running = true;
  const loops = Array.from({ length: WRITERS }, async (_, writer) => {
    const keys: string[] = [];
    for (let count = 0; running; count += 1) {
      const key = `${writer}-${count}`;
      const answer = await request(`${base}/documents/writer-${writer}`, {
        method: "POST",
        dispatcher,
        headers: { "idempotency-key": key, "content-type": "application/json" },
        body: JSON.stringify({ count }),
      });
      await answer.body.dump();
      if (answer.statusCode === 200) keys.push(key);
      else refused.push(`${key}: ${answer.statusCode}`);
    }
    return { document: `writer-${writer}`, keys };
  });
  return async () => {
    running = false;
    const written = await Promise.all(loops);
    const missing: string[] = [];
    for (const { document, keys } of written) {
      const read = await request(`${base}/documents/${document}`, { dispatcher });
      const there = ((await read.body.json()) as { keys: string[] }).keys;
      missing.push(...keys.filter((key) => there.filter((other) => other === key).length !== 1));
    }
    await dispatcher.close();
    return { acknowledged: written.reduce((sum, { keys }) => sum + keys.length, 0), missing, refused };
  };
}
