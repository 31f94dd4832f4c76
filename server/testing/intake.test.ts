import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAgents } from "../kpi-intake/index.ts";
import { rollUp } from "../kpi-intake/store/roll-up.ts";
import { SECRET, seedShop, startApi, type TestApi } from "./api.ts";
import { enrolAgent, startIntake, type IntakeServer } from "./intake-server.ts";

/** The webhook of contract section 4, over a real socket and a real database. */
let api: TestApi;
let url: string;
let agent: { readonly id: string; readonly secret: string };
let server: IntakeServer;

beforeAll(async () => {
  api = await startApi("intake");
  await seedShop(api);
  server = await startIntake(api);
  url = server.url;
});
afterAll(async () => {
  server.close();
  await api.close();
});
beforeEach(async () => {
  agent = await enrolAgent(api);
});

const sample = (change: Record<string, unknown> = {}) => ({
  instance: "shop.cart.1",
  at: new Date().toISOString(),
  windowMs: 10_000,
  requests: 120,
  errors: 1,
  latencyMs: { bounds: [5, 10, 25], counts: [40, 50, 20, 10], sum: 1234.5 },
  cpuMillicores: 90,
  memoryMiB: 64,
  ...change,
});
const batch = (...samples: unknown[]): string =>
  JSON.stringify({ type: "kpi.batch.v1", timestamp: new Date().toISOString(), data: { samples } });

let deliveries = 0;
interface Sent {
  readonly id?: string;
  readonly at?: Date;
  readonly secret?: string;
  readonly from?: string;
  readonly signature?: string;
}

async function deliver(
  body: string,
  sent: Sent = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  deliveries += 1;
  const { id = `msg_${deliveries}`, at = new Date(), secret = agent.secret, from = agent.id } = sent;
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": sent.signature ?? new Webhook(secret).sign(id, at, body),
    "geostitch-agent": from,
  };
  const answer = await fetch(url, { method: "POST", headers, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
}

const stored = async (): Promise<number> =>
  Number((await api.database.pool.query<{ n: string }>("select count(*) as n from kpi_sample")).rows[0]?.n);

test("a batch is durable when it is answered; the same again is told so and stored once", async () => {
  const before = await stored();
  const first = await deliver(batch(sample(), sample({ at: new Date(Date.now() - 10_000).toISOString() })), { id: "again" });
  expect([first.status, first.body]).toEqual([202, { accepted: 2, duplicate: false }]);
  expect(await stored()).toBe(before + 2);
  const repeat = await deliver(batch(sample()), { id: "again" });
  expect([repeat.status, repeat.body]).toEqual([202, { accepted: 0, duplicate: true }]);
  expect(await stored()).toBe(before + 2);
});

test("twenty at once with one id store one", async () => {
  const before = await stored();
  const body = batch(sample());
  const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(body, { id: "at-once" })));
  expect(answers.every(({ status }) => status === 202)).toBe(true);
  expect(answers.filter(({ body: { duplicate } }) => duplicate === false)).toHaveLength(1);
  expect(await stored()).toBe(before + 1);
});

test("whatever is wrong with a signature is one same 401", async () => {
  const body = batch(sample());
  const wrong = [
    await deliver(body, { secret: `whsec_${Buffer.alloc(24, 1).toString("base64")}` }),
    await deliver(body, { from: "agt_unknown" }),
    await deliver(body, { at: new Date(Date.now() - 301_000) }),
    await deliver(body, { at: new Date(Date.now() + 301_000) }),
    await deliver(body, { signature: "v1,nonsense" }),
    await deliver(body, { signature: "" }),
  ];
  expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
  expect(new Set(wrong.map(({ body: { detail } }) => detail)).size).toBe(1);
});

test("of several signatures one that fits is enough", async () => {
  const [id, at, body] = ["rotating", new Date(), batch(sample())];
  const signature = `v1,${Buffer.alloc(32).toString("base64")} ${new Webhook(agent.secret).sign(id, at, body)}`;
  expect((await deliver(body, { id, at, signature })).status).toBe(202);
});

test.each([
  ["counts that do not sum to the requests", sample({ requests: 119 }), "latencyMs.counts"],
  ["one count too few", sample({ latencyMs: { bounds: [5, 10, 25], counts: [40, 50, 30], sum: 1 } }), "latencyMs.counts"],
  [
    "bounds that do not grow",
    sample({ latencyMs: { bounds: [5, 5, 25], counts: [40, 50, 20, 10], sum: 1 } }),
    "latencyMs.bounds",
  ],
  ["more errors than requests", sample({ errors: 121 }), "errors"],
  ["a negative number", sample({ cpuMillicores: -1 }), "cpuMillicores"],
  ["a time that is none", sample({ at: "yesterday" }), "at"],
  ["a time in the year 0", sample({ at: "0000-01-01T00:00:00Z" }), "at"],
  ["a time that is days ahead", sample({ at: new Date(Date.now() + 3 * 86_400_000).toISOString() }), "at"],
  ["a time that is an hour ahead", sample({ at: new Date(Date.now() + 3_600_000).toISOString() }), "at"],
  ["a time of which nothing is kept", sample({ at: new Date(Date.now() - 8 * 86_400_000).toISOString() }), "at"],
  ["a window of a month", sample({ windowMs: 2_592_000_000 }), "windowMs"],
  ["a window of nothing", sample({ windowMs: 0 }), "windowMs"],
  [
    "a sum that no sum could hold",
    sample({ latencyMs: { bounds: [5, 10, 25], counts: [40, 50, 20, 10], sum: 1e308 } }),
    "latencyMs.sum",
  ],
  ["more CPU than there is", sample({ cpuMillicores: 1e300 }), "cpuMillicores"],
  ["an unknown key", sample({ surprise: 1 }), "surprise"],
])("%s is 400 with its path, and nothing of the batch is stored", async (_what, bad, path) => {
  const before = await stored();
  const { status, body } = await deliver(batch(sample(), bad));
  expect(status).toBe(400);
  expect(JSON.stringify(body["errors"])).toContain(`data.samples.1.${path}`);
  expect(await stored()).toBe(before);
});

test("an instance of somebody else is 403, and nothing is stored", async () => {
  const before = await stored();
  expect((await deliver(batch(sample(), sample({ instance: "other.app.1" })))).status).toBe(403);
  expect(await stored()).toBe(before);
});

test.each([
  ["no JSON", "{", 400],
  ["another type", JSON.stringify({ type: "kpi.batch.v9", timestamp: new Date().toISOString(), data: { samples: [] } }), 400],
  ["numbers that are too large", batch(sample()).replace("1234.5", "1e999"), 400],
  ["a very deep body", `${"[".repeat(5_000)}${"]".repeat(5_000)}`, 400],
  ["more than a megabyte", `"${"x".repeat(1024 * 1024)}"`, 413],
])("%s is refused", async (_what, body, status) => {
  expect((await deliver(body)).status).toBe(status);
});

test("the signature is over the bytes as they came, also where they are no text", async () => {
  const raw = Buffer.from(batch(sample({ instance: "X" })));
  raw[raw.indexOf("X")] = 0xff;
  const [id, at] = ["raw-bytes", String(Math.floor(Date.now() / 1000))];
  const key = Buffer.from(agent.secret.slice("whsec_".length), "base64");
  const signature = `v1,${createHmac("sha256", key).update(`${id}.${at}.`).update(raw).digest("base64")}`;
  const headers = { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature, "geostitch-agent": agent.id };
  expect((await fetch(url, { method: "POST", headers, body: raw })).status).toBe(400);
});

test("a revoked agent sends no more", async () => {
  await api.call("DELETE", `/agents/${agent.id}`);
  expect((await deliver(batch(sample()))).status).toBe(401);
});

test("a rotated key is good beside the new one, until the next rotation", async () => {
  const rotate = async (body?: unknown) =>
    (await api.call("POST", `/agents/${agent.id}/rotate`, body === undefined ? {} : { body })).body;
  const status = async (secret: string): Promise<number> => (await deliver(batch(sample()), { secret })).status;
  const first = agent.secret;
  const { secret: second, ...facts } = (await rotate()) as unknown as { secret: string };
  expect(facts).toMatchObject({ id: agent.id, components: ["shop/cart"] });
  expect(await Promise.all([first, second].map(status))).toEqual([202, 202]);
  const { secret: third } = (await rotate({})) as unknown as { secret: string };
  expect(await Promise.all([first, second, third].map(status))).toEqual([401, 202, 202]);
  const { secret: fourth } = (await rotate({ revokeOld: true })) as unknown as { secret: string };
  expect(await Promise.all([second, third, fourth].map(status))).toEqual([401, 401, 202]);
  const audit = await api.call("GET", "/audit?limit=1");
  expect(audit.body["items"]).toMatchObject([
    { action: "agent.rotate", object: { kind: "Agent", id: agent.id }, after: { oldKeyUntil: null } },
  ]);
  expect(JSON.stringify(audit.body)).not.toContain("whsec_");
});

test("a grace ends by itself", async () => {
  await api.call("POST", `/agents/${agent.id}/rotate`);
  await api.database.pool.query("update agent set previous_until = now() - interval '1 second' where id = $1", [agent.id]);
  expect((await deliver(batch(sample()))).status).toBe(401);
});

test("while keys rotate, an agent that takes each new one is never refused", async () => {
  const answers: Promise<{ status: number }>[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (let count = 0; count < 6; count += 1) answers.push(deliver(batch(sample())));
    const { body } = await api.call("POST", `/agents/${agent.id}/rotate`);
    agent = { ...agent, secret: String(body["secret"]) };
    await Promise.all(answers);
  }
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([202]));
});

test("no key is readable in the database, nor in an answer that was stored for a repeat", async () => {
  const headers = { "idempotency-key": "made-once" };
  const { body } = await api.call("POST", "/agents", { body: { name: "sealed", components: ["shop/cart"] }, headers });
  const [made] = [String(body["secret"])];
  for (const table of ["agent", "idempotency_record", "audit_entry"]) {
    const { rows } = await api.database.pool.query<{ text: string }>(`select t::text as text from ${table} t`);
    expect(rows.some(({ text }) => text.includes(made.slice("whsec_".length)))).toBe(false);
  }
});

test("a key that was stored before keys were sealed is good, and sealed at the next chance", async () => {
  await api.database.pool.query("update agent set secret = $1 where id = $2", [agent.secret, agent.id]);
  expect((await deliver(batch(sample()))).status).toBe(202);
  await createAgents(api.database, SECRET).sealPlainKeys();
  const { rows } = await api.database.pool.query<{ secret: string }>("select secret from agent where id = $1", [agent.id]);
  expect(rows[0]?.secret).toMatch(/^sealed1\./);
  expect((await deliver(batch(sample()))).status).toBe(202);
});

test("a key that stands twice is refused with its path: which was meant is not ours to guess", async () => {
  const { status, body } = await deliver(batch(sample()).replace('"requests":120', '"requests":120,"requests":120'));
  expect([status, JSON.stringify(body["errors"])]).toEqual([400, expect.stringContaining("data.samples[0].requests") as string]);
});

test("the largest numbers that are taken can be added up", async () => {
  const huge = {
    requests: 2_000_000_000,
    errors: 2_000_000_000,
    latencyMs: { bounds: [1e15], counts: [0, 2_000_000_000], sum: 1e15 },
  };
  const far = new Date(Date.now() - 6 * 86_400_000);
  const samples = Array.from({ length: 50 }, (_, index) =>
    sample({ ...huge, at: new Date(far.getTime() + index).toISOString(), cpuMillicores: 1e9, memoryMiB: 1e12 }),
  );
  expect((await deliver(batch(...samples))).body).toEqual({ accepted: 50, duplicate: false });
  await rollUp(api.database.pool, new Date());
  const range = `from=${new Date(far.getTime() - 3_600_000).toISOString()}&to=${new Date(far.getTime() + 3_600_000).toISOString()}`;
  const { status, body } = await api.call("GET", `/kpis?component=shop/cart&${range}&step=60`);
  expect(status).toBe(200);
  expect(JSON.stringify(body)).toContain(`"requestsPerSecond":${(50 * 2_000_000_000) / 60}`);
});

test("a name that is used up by others is still free for its owner: only what is signed is counted", async () => {
  const forged = await Promise.all(Array.from({ length: 600 }, () => deliver(batch(), { signature: "v1,forged" })));
  expect(forged.every(({ status }) => status === 401 || status === 429)).toBe(true);
  expect((await deliver(batch(sample()))).status).toBe(202);
});
