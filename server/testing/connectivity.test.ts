import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRoundTrips } from "../connectivity-management/index.ts";
import { createMeasuredLinks } from "../connectivity-management/store/measured-links.ts";
import { dataCenter, seedShop, startApi, type TestApi } from "./api.ts";
import { enrolAgent, startIntake, type IntakeServer } from "./intake-server.ts";

/** Batches of links by the webhook, and what the API and the decisions read of them, over a real socket and a real database. */
let api: TestApi;
let url: string;
let agent: { readonly id: string; readonly secret: string };
let server: IntakeServer;

beforeAll(async () => {
  api = await startApi("connectivity");
  await seedShop(api);
  await api.call("POST", "/apply", { body: [dataCenter("south", "BR")] });
  server = await startIntake(api);
  url = server.url;
});
afterAll(async () => {
  server.close();
  await api.close();
});
beforeEach(async () => {
  await api.database.pool.query("delete from link_sample");
  agent = await enrolAgent(api);
});

const ago = (seconds: number): string => new Date(Math.floor(Date.now() / 10_000) * 10_000 - seconds * 1_000).toISOString();
const sample = (change: Record<string, unknown> = {}) => ({
  from: "east",
  to: "west",
  at: ago(20),
  windowMs: 10_000,
  rttMs: [80, 90, 84],
  lost: 1,
  throughputMbps: 200,
  ...change,
});

let deliveries = 0;
async function deliver(samples: readonly unknown[], id = `msg_links_${(deliveries += 1)}`) {
  const body = JSON.stringify({ type: "link.batch.v1", timestamp: new Date().toISOString(), data: { samples } });
  const at = new Date();
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(agent.secret).sign(id, at, body),
    "geostitch-agent": agent.id,
  };
  const answer = await fetch(url, { method: "POST", headers, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly givenRttMs: number | null;
  readonly measured: Record<string, unknown> | null;
  readonly rttMs: number;
  readonly rttFrom: string;
}
async function pairs(): Promise<ReadonlyMap<string, Pair>> {
  const { status, body } = await api.call("GET", "/connectivity", { role: "viewer" });
  expect(status).toBe(200);
  return new Map((body as unknown as { pairs: Pair[] }).pairs.map((pair) => [`${pair.from}>${pair.to}`, pair]));
}

test("a batch of links is stored once, and its pair is measured from then on", async () => {
  expect(await deliver([sample(), sample({ at: ago(10), rttMs: [86], lost: 0, throughputMbps: null })], "links")).toEqual({
    status: 202,
    body: { accepted: 2, duplicate: false },
  });
  expect((await deliver([sample()], "links")).body).toEqual({ accepted: 0, duplicate: true });
  const pair = (await pairs()).get("east>west");
  expect(pair).toMatchObject({ givenRttMs: 60, rttMs: 85, rttFrom: "measured" });
  expect(pair?.measured).toEqual({
    rttMsMin: 80,
    rttMsP50: 85,
    rttMsP95: 89.4,
    jitterMs: 6,
    lossShare: 0.2,
    throughputMbps: 200,
    probes: 5,
    lastAt: ago(0),
  });
});

test("a pair is as measured, also the other way round, else as given, else estimated; what is old counts no more", async () => {
  const other = await pairs();
  expect(other.size).toBe(6);
  expect([other.get("west>east")?.rttFrom, other.get("west>east")?.rttMs]).toEqual(["given", 60]);
  expect(other.get("east>south")?.rttFrom).toBe("estimated");
  await deliver([sample({ at: ago(320) })]);
  expect((await pairs()).get("east>west")).toMatchObject({ measured: null, rttMs: 60, rttFrom: "given" });
  await deliver([sample({ at: ago(200) })]);
  expect((await pairs()).get("west>east")).toMatchObject({ measured: null, rttMs: 84, rttFrom: "measured" });
});

test("decisions take the same values", async () => {
  await deliver([sample()]);
  const roundTrips = createRoundTrips(() => api.services.registry.read(), createMeasuredLinks(api.database.pool));
  const matrix = await roundTrips.matrix();
  expect(matrix.find(({ from, to }) => from === "east" && to === "west")).toMatchObject({ rttMs: 84, rttFrom: "measured" });
  expect(roundTrips.between("east", "west")).toBe(84);
});

test("a link of which nothing came back is measured no more, and its loss is in its series", async () => {
  await deliver([sample({ rttMs: [], lost: 4, throughputMbps: null })]);
  expect((await pairs()).get("east>west")).toMatchObject({ measured: null, rttFrom: "given" });
  const { body } = await api.call("GET", `/connectivity/east/west?since=${ago(20)}&until=${ago(0)}&step=10`);
  const gap = { rttMsP50: null, rttMsP95: null, jitterMs: null, lossShare: null, throughputMbps: null };
  expect(body).toEqual({
    from: "east",
    to: "west",
    points: [
      { at: ago(20), ...gap, lossShare: 1 },
      { at: ago(10), ...gap },
    ],
  });
});

test("a series names what is wrong in the words of its own parameters", async () => {
  const late = await api.call("GET", `/connectivity/east/west?since=${ago(0)}&until=${ago(20)}`);
  expect([late.status, JSON.stringify(late.body)]).toEqual([400, expect.stringContaining('"path":"since"')]);
  expect((await api.call("GET", "/connectivity/east/nowhere")).status).toBe(404);
});

test.each([
  ["a link that begins where none of its components runs", sample({ from: "west", to: "east" }), 403, "data.samples.1.from"],
  ["a link to a place that is none", sample({ to: "nowhere" }), 400, "data.samples.1.to"],
  ["a link from a place to itself", sample({ to: "east" }), 400, "data.samples.1.to"],
  ["a negative round trip", sample({ rttMs: [-1] }), 400, "data.samples.1.rttMs.0"],
  ["a time that is days ahead", sample({ at: new Date(Date.now() + 3 * 86_400_000).toISOString() }), 400, "data.samples.1.at"],
  ["an unknown key", sample({ surprise: 1 }), 400, "data.samples.1.surprise"],
])("%s is refused with its path, and nothing of the batch is stored", async (_what, bad, status, path) => {
  const answer = await deliver([sample(), bad]);
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringContaining(path)]);
  const { rows } = await api.database.pool.query<{ n: string }>("select count(*) as n from link_sample");
  expect(rows[0]?.n).toBe("0");
});
