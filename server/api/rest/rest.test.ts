import { Validator } from "@seriousme/openapi-schema-validator";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { component, dataCenter, policy, seedShop, startApi, type TestApi } from "../../testing/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi("rest");
  await seedShop(api);
});
beforeEach(() => api.hear());
afterAll(() => api.close());

const move = (change: Record<string, unknown> = {}) => ({
  component: "shop/cart",
  from: "east",
  to: "west",
  reason: "test",
  ...change,
});
const generation = async (path: string): Promise<number> =>
  (await api.call("GET", path)).body["metadata"]?.["generation"] as unknown as number;

describe("the document", () => {
  test("is valid OpenAPI 3.1, and open to anybody", async () => {
    const { status, body } = await api.call("GET", "/openapi.json", { role: "nobody" });
    expect(status).toBe(200);
    const verdict = await new Validator().validate(body);
    expect(verdict.errors).toBeUndefined();
    expect(verdict.valid).toBe(true);
  });

  test.each(["DataCenter", "Component", "Policy", "Link"])("has a schema of %s", async (kind) => {
    const { status, body } = await api.call("GET", `/schemas/${kind}.json`, { role: "nobody" });
    expect([status, typeof body]).toEqual([200, "object"]);
  });
});

describe("apply", () => {
  test("the same again changes nothing; a change tells what changed", async () => {
    const first = await api.call("POST", "/apply", { body: [component("basket", { resources: { cpu: "200m" } })] });
    expect(first.body).toMatchObject({
      changed: 1,
      unchanged: 0,
      dryRun: false,
      objects: [{ change: "created", generation: 1 }],
    });
    const again = await api.call("POST", "/apply", { body: [component("basket", { resources: { cpu: "200m" } })] });
    expect(again.body).toMatchObject({ changed: 0, unchanged: 1 });
    const changed = await api.call("POST", "/apply", { body: [component("basket", { resources: { cpu: "300m" } })] });
    expect(changed.body).toMatchObject({
      objects: [{ change: "updated", generation: 2, diff: [{ path: "spec.resources.cpu", before: "200m", after: "300m" }] }],
    });
  });

  test("is all or nothing, and names the path of what is wrong", async () => {
    const before = await generation("/policies/default");
    const bad = component("wrong", { resources: { cpu: "lots" } });
    const { status, body } = await api.call("POST", "/apply", { body: [policy({ migrationThreshold: 10 }), bad] });
    expect(status).toBe(400);
    const errors = body["errors"] as unknown as { path: string }[];
    expect(errors.some(({ path }) => path.includes("resources.cpu"))).toBe(true);
    expect(await generation("/policies/default")).toBe(before);
  });

  test("a dry run changes nothing", async () => {
    const dry = await api.call("POST", "/apply?dryRun=true", { body: [component("ghost")] });
    expect(dry.body).toMatchObject({ dryRun: true, changed: 1 });
    expect((await api.call("GET", "/components/shop/ghost")).status).toBe(404);
  });

  test("YAML with several documents is read as one batch", async () => {
    const text = ["one", "two"].map((name) => JSON.stringify(dataCenter(`yaml-${name}`))).join("\n---\n");
    const { status, body } = await api.call("POST", "/apply", { body: text, headers: { "content-type": "application/yaml" } });
    expect([status, body["changed"]]).toEqual([200, 2]);
    expect((await api.call("DELETE", "/data-centers/yaml-one")).status).toBe(204);
    expect((await api.call("DELETE", "/data-centers/yaml-two")).status).toBe(204);
  });

  test.each([
    ["no manifest at all", "", 400],
    ["not YAML", "a: [", 400],
    ["bytes that are no text", "a: \u0000", 400],
    ["an unknown kind", [{ apiVersion: "geostitch.dev/v1", kind: "Thing", metadata: { name: "x" }, spec: {} }], 400],
    ["more than a megabyte", "x".repeat(1024 * 1024 + 1), 413],
  ])("%s is refused", async (_what, body, status) => {
    const answer = await api.call("POST", "/apply", { body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toMatch(/problem\+json/);
  });
});

describe("lists", () => {
  test("come in pages that a cursor continues", async () => {
    const first = await api.call("GET", "/components?limit=1");
    const items = first.body["items"] as unknown as unknown[];
    expect(items).toHaveLength(1);
    const rest = await api.call("GET", `/components?limit=500&cursor=${first.body["nextCursor"] as unknown as string}`);
    expect(rest.body["nextCursor"]).toBeNull();
    expect(JSON.stringify(rest.body["items"])).not.toContain(JSON.stringify(items[0]));
  });

  test.each(["limit=0", "limit=501", "limit=many", "cursor=%00", "unknown=1"])("%s is refused", async (query) => {
    expect((await api.call("GET", `/components?${query}`)).status).toBe(400);
  });
});

describe("migrations", () => {
  test.each([
    ["from and to are one place", { to: "east" }, 400],
    ["it does not run there", { from: "west", to: "east" }, 409],
    ["the component is unknown", { component: "shop/none" }, 404],
    ["the place is unknown", { to: "nowhere" }, 404],
    ["a field is unknown", { when: "now" }, 400],
    ["a field is missing", { to: undefined }, 400],
  ])("where %s it is refused", async (_why, change, status) => {
    expect((await api.call("POST", "/migrations", { body: move(change) })).status).toBe(status);
  });

  test("one at a time a component; repeats with one key are one; aborting ends it", async () => {
    const headers = { "idempotency-key": "move-1" };
    const [first, repeat] = [
      await api.call("POST", "/migrations", { body: move(), headers }),
      await api.call("POST", "/migrations", { body: move(), headers }),
    ];
    expect([first.status, repeat.status]).toEqual([202, 202]);
    expect(repeat.body["id"]).toBe(first.body["id"]);
    const other = await api.call("POST", "/migrations", { body: move({ reason: "another" }), headers });
    expect([other.status, other.body["code"]]).toEqual([409, "idempotency-key"]);
    const second = await api.call("POST", "/migrations", { body: move() });
    expect([second.status, second.body["code"]]).toEqual([409, "busy"]);
    expect((await api.call("DELETE", "/components/shop/cart")).status).toBe(409);
    const id = first.body["id"] as unknown as string;
    expect((await api.call("POST", `/migrations/${id}/rollback`, { body: { reason: "x" } })).status).toBe(409);
    expect((await api.call("POST", `/migrations/${id}/abort`, { body: { reason: "x" } })).status).toBe(202);
    await api.database.prisma.migration.update({ where: { id }, data: { state: "aborted", endedAt: new Date() } });
  });

  test("fifty at once give exactly one", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.call("POST", "/migrations", { body: move() })));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
    const id = accepted[0]?.body["id"] as unknown as string;
    await api.database.prisma.migration.update({ where: { id }, data: { state: "aborted", endedAt: new Date() } });
  });

  test("a constraint refuses with 422 and its name", async () => {
    await api.call("POST", "/apply", { body: [component("cart", { placement: { allow: { countries: ["US"] } } })] });
    const { status, body } = await api.call("POST", "/migrations", { body: move() });
    expect([status, body["code"]]).toEqual([422, "residency"]);
    await api.call("POST", "/apply", { body: [component("cart")] });
  });

  test("while frozen nothing new begins", async () => {
    expect((await api.call("POST", "/freeze", { body: { reason: "release", until: null } })).status).toBe(200);
    const { status, body } = await api.call("POST", "/migrations", { body: move() });
    expect([status, body["code"]]).toEqual([409, "frozen"]);
    expect((await api.call("GET", "/freeze")).body).toMatchObject({ reason: "release" });
    expect((await api.call("DELETE", "/freeze")).status).toBe(204);
  });

  test.each([
    [undefined, null],
    [{ reason: "released" }, "released"],
  ])("the end of a freeze may say why: %j", async (body, reason) => {
    expect((await api.call("DELETE", "/freeze", { body })).status).toBe(204);
    const audit = await api.call("GET", "/audit?limit=1&action=freeze.clear");
    expect(audit.body["items"]).toMatchObject([{ action: "freeze.clear", reason }]);
  });
});

describe("agents", () => {
  test("the secret is shown once; a revoked agent is gone", async () => {
    const made = await api.call("POST", "/agents", { body: { name: "node-1", components: ["shop/cart"] } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "node-1",
      components: ["shop/cart"],
      secret: expect.stringMatching(/^whsec_/) as string,
    });
    const id = made.body["id"] as unknown as string;
    expect((await api.call("GET", `/agents/${id}`)).body).not.toHaveProperty("secret");
    expect((await api.call("DELETE", `/agents/${id}`)).status).toBe(204);
    expect((await api.call("GET", `/agents/${id}`)).status).toBe(404);
  });
});

describe("the audit", () => {
  test("has every change with who and why, and its chain is whole", async () => {
    const { body } = await api.call("GET", "/audit?limit=500");
    const items = body["items"] as unknown as { action: string; actor: { role: string }; requestId: string | null }[];
    const actions = new Set(items.map(({ action }) => action));
    for (const action of ["migration.create", "migration.abort", "freeze.set", "freeze.clear", "agent.create", "agent.delete"])
      expect([...actions]).toContain(action);
    expect((await api.call("GET", "/audit/verify")).body).toMatchObject({ ok: true, firstBad: null });
  });

  test("an edited entry is named; the processes' role cannot edit one", async () => {
    await expect(api.database.pool.query("update audit_entry set action = 'x'")).rejects.toThrow(/permission denied/);
    await expect(api.database.pool.query("delete from audit_entry")).rejects.toThrow(/permission denied/);
    const owner = new pg.Client({ connectionString: api.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ seq: string }>("select seq from audit_entry order by seq offset 3 limit 1");
    await owner.query("update audit_entry set reason = 'forged' where seq = $1", [rows[0]?.seq]);
    await owner.end();
    const { body } = await api.call("GET", "/audit/verify");
    expect(body).toMatchObject({ ok: false, firstBad: Number(rows[0]?.seq), problem: "edited" });
  });
});

describe("errors", () => {
  test("what is nowhere is 404, a wrong method 405, a revoked or unknown key 401", async () => {
    expect((await api.call("GET", "/nothing")).status).toBe(404);
    expect((await api.call("DELETE", "/migrations")).status).toBe(405);
    const unknown = await api.call("GET", "/components", { role: "nobody", headers: { authorization: "Bearer gs_unknown" } });
    expect(unknown.status).toBe(401);
  });

  test("a database that is away is 503, not 500", async () => {
    const away = await startApi("away");
    const owner = new pg.Client({ connectionString: api.ownerUrl });
    await owner.connect();
    const name = new URL(away.ownerUrl).pathname.slice(1);
    await owner.query(`drop database ${name} with (force)`);
    await owner.end();
    expect((await away.call("GET", "/components")).status).toBe(503);
    await away.close();
  });
});
