import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { component, dataCenter, policy, seedShop, startApi, type TestApi } from "../../testing/api.ts";
import { readRegistry } from "../../component-registry/store/records.ts";
import { createFreezeService } from "../../orchestration/index.ts";
import { createMigrationStore } from "../../orchestration/store/migration-store.ts";
import { systemClock } from "../../platform/clock.ts";
import { refuseForeignOrigin } from "../foreign-origin.ts";
import { encodeCursor } from "../paginate.ts";

/** What comes from outside and is wrong is told apart from what is broken here: never a 500, never half of it done. */
let api: TestApi;
beforeAll(async () => {
  api = await startApi("border");
  await seedShop(api);
});
beforeEach(() => api.hear());
afterAll(() => api.close());

const move = { component: "shop/cart", from: "east", to: "west", reason: "test" };
const errorsOf = (body: Record<string, never>) => body["errors"] as unknown as { path: string; message: string }[];
const link = (from: string, to: string) => ({ apiVersion: "geostitch.dev/v1", kind: "Link", metadata: { from, to }, spec: {} });

describe("text that PostgreSQL cannot keep is 400 with its path", () => {
  test.each([
    ["/freeze", { reason: "a\u0000b" }, "reason"],
    ["/freeze", '{"reason":"\\ud800"}', "reason"],
    ["/migrations", { ...move, reason: "\u0000" }, "reason"],
    ["/agents", { name: "\u0000", components: ["shop/cart"] }, "name"],
    ["/agents", { name: "one", components: ["\u0000"] }, "components[0]"],
  ])("POST %s %j", async (path, body, at) => {
    const answer = await api.call("POST", path, { body });
    expect([answer.status, errorsOf(answer.body)[0]?.path]).toEqual([400, at]);
  });

  test.each(["/migrations/%00", "/components/a/%00", "/migrations?component=%00", "/kpis?component=%00"])(
    "GET %s",
    async (path) => {
      expect((await api.call("GET", path)).status).toBe(400);
    },
  );
});

describe("a cursor that no list has answered is 400", () => {
  test.each(["components", "migrations", "audit", "agents", "links"])("of %s", async (list) => {
    for (const cursor of ["", "garbage", encodeCursor("a\u0000")])
      expect((await api.call("GET", `/${list}?cursor=${cursor}`)).status, cursor).toBe(400);
  });

  test("of a numbered list when it holds no number", async () => {
    expect((await api.call("GET", `/audit?cursor=${encodeCursor("abc")}`)).status).toBe(400);
  });
});

test.each(["limit=1e2", "limit=0x10", "limit=%2010", "limit=", "limit=1.5"])(
  "a number in a query is digits: %s is 400",
  async (query) => {
    expect((await api.call("GET", `/components?${query}`)).status).toBe(400);
  },
);

test("walking pages by one meets everything once, whatever the names", async () => {
  const names = ["a", "a-b", "a1", "a-1", "ab"];
  const places = names.map((name) => dataCenter(name));
  const links = names.flatMap((from) => names.filter((to) => to !== from).map((to) => link(from, to)));
  expect((await api.call("POST", "/apply", { body: [...places, ...links] })).status).toBe(200);
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page = await api.call("GET", `/links?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...(page.body["items"] as unknown as unknown[]).map((item) => JSON.stringify(item)));
    cursor = page.body["nextCursor"] as unknown as string | null;
  }
  expect(seen).toHaveLength(links.length + 1);
  expect(new Set(seen).size).toBe(seen.length);
});

describe("apply", () => {
  test.each(["yes", "", "TRUE", "2"])("a dry run that is not understood (%j) is 400 and not done in earnest", async (flag) => {
    const answer = await api.call("POST", `/apply?dryRun=${flag}`, { body: [component("earnest")] });
    expect([answer.status, errorsOf(answer.body)[0]?.path]).toEqual([400, "dryRun"]);
    expect((await api.call("GET", "/components/shop/earnest")).status).toBe(404);
  });

  test("labels of a policy or a link are refused rather than lost", async () => {
    const labelled = { ...policy(), metadata: { name: "default", labels: { a: "b" } } };
    const refused = await api.call("POST", "/apply", { body: [labelled] });
    expect([refused.status, errorsOf(refused.body)[0]?.path]).toEqual([400, "metadata.labels"]);
  });

  test("a label may be called as any property of an object", async () => {
    const labelled = (label: string) => ({
      ...component("labelled"),
      metadata: { application: "shop", name: "labelled", labels: { [label]: "x" } },
    });
    await api.call("POST", "/apply", { body: [component("labelled")] });
    const { body } = await api.call("POST", "/apply?dryRun=true", { body: [labelled("constructor")] });
    expect(body["objects"]).toMatchObject([{ diff: [{ path: "metadata.labels.constructor", before: null, after: "x" }] }]);
  });
});

test("a thousand manifests are one apply, and each has its entry in a chain that is whole", async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => ({ ...policy(), metadata: { name: `many-${index}` } }));
  const { status, body } = await api.call("POST", "/apply", { body: many });
  expect([status, body["changed"]]).toEqual([200, 1_000]);
  const verdict = await api.call("GET", "/audit/verify");
  expect(verdict.body).toMatchObject({ ok: true });
  expect(Number(verdict.body["entries"])).toBeGreaterThan(1_000);
}, 30_000);

describe("what others refer to is in use", () => {
  const refer = (placement: object, dependencies: object[] = []) => component("referrer", { placement, dependencies });
  test.each([
    ["an allowed data centre", { allow: { dataCenters: ["spare"] } }, "/data-centers/spare"],
    ["a denied data centre", { deny: { dataCenters: ["spare"] } }, "/data-centers/spare"],
    ["a pinned data centre", { pinned: "spare" }, "/data-centers/spare"],
    ["a component to be near to", { affinity: ["friend"] }, "/components/shop/friend"],
    ["a component to be far from", { antiAffinity: ["shop/friend"] }, "/components/shop/friend"],
  ])("%s", async (_what, placement, path) => {
    const batch = [dataCenter("spare"), component("friend"), refer(placement)];
    expect((await api.call("POST", "/apply", { body: batch })).status).toBe(200);
    const { status, body } = await api.call("DELETE", path);
    expect([status, body["code"]]).toEqual([409, "in-use"]);
    expect((await api.call("DELETE", "/components/shop/referrer")).status).toBe(204);
    expect((await api.call("DELETE", path)).status).toBe(204);
  });
});

describe("methods", () => {
  test.each([
    ["DELETE", "/components", "GET, HEAD, OPTIONS"],
    ["POST", "/events", "GET, HEAD, OPTIONS"],
    ["DELETE", "/openapi.json", "GET, HEAD, OPTIONS"],
    ["PUT", "/freeze", "GET, POST, DELETE, HEAD, OPTIONS"],
    ["GET", "/apply", "POST, OPTIONS"],
  ])("%s %s is 405 and names what is allowed", async (method, path, allow) => {
    const answer = await api.call(method, path);
    expect([answer.status, answer.body["code"], answer.headers.get("allow")]).toEqual([405, "method", allow]);
  });

  test("HEAD answers as GET does, without a body, the event stream included", async () => {
    for (const path of ["/components", "/components/shop/cart", "/events"]) {
      const answer = await api.call("HEAD", path);
      expect([answer.status, answer.body], path).toEqual([200, null]);
    }
  });
});

test("a name with its slash encoded is the same name", async () => {
  for (const path of ["/components/shop%2Fcart", "/links/east%2Fwest"])
    expect((await api.call("GET", path)).status, path).toBe(200);
});

test("an unknown key beside a reason is refused", async () => {
  const answer = await api.call("POST", "/migrations/mig_none/abort", { body: { reason: "x", force: true } });
  expect([answer.status, errorsOf(answer.body)[0]?.path]).toEqual([400, "force"]);
});

test("one name for an agent is given once, also to eight at once", async () => {
  const body = { name: "one-of-eight", components: ["shop/cart"] };
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.call("POST", "/agents", { body })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
});

test("a freeze takes every form of an RFC 3339 time, and answers UTC with milliseconds", async () => {
  for (const until of ["2099-01-01t00:00:00z", "2099-01-01T02:00:00.5+02:00", "2099-01-01T00:00:00.123456Z"]) {
    const { status, body } = await api.call("POST", "/freeze", { body: { reason: "x", until } });
    expect([status, /^2099-01-01T00:00:00\.\d{3}Z$/.test(String(body["until"]))], until).toEqual([200, true]);
  }
  const busy = await api.call("POST", "/migrations", { body: { ...move, from: "west", to: "east" } });
  expect([busy.status, busy.body["code"]]).toEqual([409, "frozen"]);
  await api.call("DELETE", "/freeze");
});

test("a freeze whose time is over ends by itself, with its event and its entry in the audit", async () => {
  await api.call("POST", "/freeze", { body: { reason: "short", until: "2098-01-01T00:00:00Z" } });
  const store = createMigrationStore(api.database, readRegistry);
  const clock = { ...systemClock, now: () => new Date("2098-01-01T00:00:00.001Z") };
  const freezes = createFreezeService({ store, clock, wake: () => undefined });
  await freezes.expire();
  await freezes.expire();
  const events = await api.services.events.about("freeze", 100);
  expect(events.at(-1)?.data).toMatchObject({ frozen: false });
  expect(events.at(-2)?.data).toMatchObject({ frozen: true, reason: "short" });
  const { body } = await api.call("GET", "/audit?limit=1");
  expect(body["items"]).toMatchObject([{ action: "freeze.expire", reason: "short" }]);
});

test("a repeat with one Idempotency-Key gets the very answer, its fields in their order", async () => {
  const ask = { body: { name: "idempotent", components: ["shop/cart"] }, headers: { "idempotency-key": "agent-1" } };
  const [first, again] = [await api.call("POST", "/agents", ask), await api.call("POST", "/agents", ask)];
  expect([first.status, JSON.stringify(again.body)]).toEqual([201, JSON.stringify(first.body)]);
});

test("a manifest's schema knows what a quantity is", async () => {
  const { body } = await api.call("GET", "/schemas/DataCenter.json", { role: "nobody" });
  const pattern = /"pattern":("[^"]*Ki[^"]*")/.exec(JSON.stringify(body))?.[1] ?? '"^$"';
  const quantity = new RegExp(JSON.parse(pattern) as string);
  expect(["300m", "2Ti", "1e3", "lots", "1e3Mi", ""].map((text) => quantity.test(text))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("the document names every path once, whatever its parameters are called", async () => {
  const { body } = await api.call("GET", "/openapi.json");
  const paths = Object.keys(body["paths"] as unknown as object).map((path) => path.replaceAll(/\{\w+\}/g, "{}"));
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths).toEqual(expect.arrayContaining(["/openapi.json", "/schemas/{}", "/events", "/agents/{}"]));
});

describe("an intervention on what has ended", () => {
  test.each([
    ["aborted", "abort", null, "ended"],
    ["succeeded", "abort", new Date(), "too-late"],
    ["succeeded", "rollback", new Date(), "retired"],
    ["rolled_back", "rollback", new Date(), "ended"],
    ["aborted", "rollback", null, "ended"],
  ] as const)("of %s, %s is 409, also where it was asked for before", async (state, verb, pointOfNoReturnAt, code) => {
    const { body } = await api.call("POST", "/migrations", { body: move });
    const id = String(body["id"]);
    const requested = { kind: verb, reason: "before", by: "somebody" };
    await api.database.prisma.migration.update({
      where: { id },
      data: { state, pointOfNoReturnAt, requested, endedAt: new Date() },
    });
    const answer = await api.call("POST", `/migrations/${id}/${verb}`, { body: { reason: "again" } });
    expect([answer.status, answer.body["code"]]).toEqual([409, code]);
  });
});

describe("a request with a session that writes", () => {
  const ask = (headers: Record<string, string>, method = "POST") =>
    refuseForeignOrigin(new Request("http://console.test/api", { method, headers: { host: "console.test", ...headers } }));
  test.each([
    { origin: "null" },
    { origin: "http://console.test:81" },
    { origin: "nonsense" },
    { "sec-fetch-site": "same-site" },
  ])("is refused from %j", (headers) => expect(() => ask(headers)).toThrow(/must come from the console itself/));
  test("is taken from the console, from programs, and with a key from anywhere", () => {
    ask({ origin: "http://console.test", "sec-fetch-site": "same-origin" });
    ask({});
    ask({ origin: "http://elsewhere.test", authorization: "Bearer gs_x" });
    ask({ origin: "http://elsewhere.test" }, "GET");
  });
});

describe("the audit is searched", () => {
  const found = async (query: string): Promise<string[]> => {
    const { status, body } = await api.call("GET", `/audit?limit=500&${query}`);
    expect(status).toBe(200);
    return (body["items"] as unknown as { action: string; reason: string | null }[]).map(({ action }) => action);
  };
  test("by who, what, to what and why, whatever the case, and every given part must fit", async () => {
    await api.call("POST", "/freeze", { body: { reason: "100 % Sure_of it" } });
    await api.call("DELETE", "/freeze");
    expect(await found("action=FREEZE&text=sure_of")).toHaveLength(1);
    expect(await found("actor=administrator&text=sure_of")).toHaveLength(1);
    expect(await found("actor=nobody-of-this-name")).toEqual([]);
    expect(await found("action=policy&text=sure_of")).toEqual([]);
  });
  test("and what a database would read as a wildcard means itself", async () => {
    expect(await found("text=100 %25")).toHaveLength(1);
    expect(await found("text=sureXof")).toEqual([]);
    expect(await found(`text=${encodeURIComponent("_ure_of")}`)).toEqual([]);
  });
  test("a page of it goes on where the last one ended", async () => {
    const first = await api.call("GET", "/audit?limit=1&action=freeze");
    const next = await api.call("GET", `/audit?limit=1&action=freeze&cursor=${String(first.body["nextCursor"])}`);
    const seqOf = ({ body }: typeof first): number => (body["items"] as unknown as { seq: number }[])[0]?.seq ?? 0;
    expect(seqOf(next)).toBeLessThan(seqOf(first));
  });
  test("a text that is too long is refused with its path", async () => {
    const { status, body } = await api.call("GET", `/audit?text=${"x".repeat(300)}`);
    expect([status, JSON.stringify(body["errors"]).includes("text")]).toEqual([400, true]);
  });
});
