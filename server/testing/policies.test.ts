import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policy, seedShop, startApi, type TestApi } from "./api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi("policies");
  await seedShop(api);
});
afterAll(() => api.close());

interface PolicyBody {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: Readonly<Record<string, unknown>>;
}
interface VersionBody {
  readonly generation: number;
  readonly reason: string | null;
  readonly revertOf: number | null;
  readonly by: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly diff: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
}

const read = async (name = "default") => (await api.call("GET", `/policies/${name}`)).body as unknown as PolicyBody;
const versions = async (name = "default", query = "") =>
  (await api.call("GET", `/policies/${name}/versions${query}`)).body as unknown as {
    items: VersionBody[];
    nextCursor: string | null;
  };
const publish = (body: unknown, name = "default") => api.call("POST", `/policies/${name}/publish`, { body });

describe("a policy's history", () => {
  test("has every change with who, why and what, by apply and by publish", async () => {
    const { metadata, spec } = await read();
    const published = await publish({
      spec: { ...spec, migrationThreshold: 70 },
      reason: "Evening load",
      baseGeneration: metadata.generation,
    });
    expect(published).toMatchObject({ status: 200, body: { metadata: { generation: metadata.generation + 1 } } });
    await api.call("POST", "/apply", { body: [policy({ migrationThreshold: 55 })] });
    const { items } = await versions();
    expect(items.slice(0, 2)).toMatchObject([
      { reason: null, by: { name: "administrator" }, diff: [{ path: "migrationThreshold", before: 70, after: 55 }] },
      {
        reason: "Evening load",
        by: { name: "administrator" },
        diff: [{ path: "migrationThreshold", before: 60, after: 70 }],
      },
    ]);
    expect(items.map(({ generation }) => generation)).toEqual([3, 2, 1]);
    const page = await versions("default", "?limit=2");
    expect(page.items[1]?.diff).toEqual(items[1]?.diff);
    const rest = await versions("default", `?limit=2&cursor=${page.nextCursor ?? ""}`);
    expect([rest.items.map(({ generation }) => generation), rest.nextCursor]).toEqual([[1], null]);
    const { items: audit } = (await api.call("GET", "/audit")).body as unknown as { items: { action: string }[] };
    expect(audit.find(({ action }) => action === "policy.publish")).toMatchObject({ reason: "Evening load" });
  });

  test("brings an earlier generation back as a new one", async () => {
    const before = await read();
    const back = await api.call("POST", "/policies/default/revert", { body: { generation: 1, reason: "It was better" } });
    expect(back).toMatchObject({ status: 200, body: { metadata: { generation: before.metadata.generation + 1 } } });
    const { items } = await versions();
    expect(items[0]).toMatchObject({ revertOf: 1, reason: "It was better" });
    expect(items[0]?.spec).toEqual(items.at(-1)?.spec);
    expect(await api.call("POST", "/policies/default/revert", { body: { generation: 99, reason: "x" } })).toMatchObject({
      status: 404,
    });
  });
});

describe("publishing", () => {
  test("a draft that was begun from an older generation is stale, and says who was faster", async () => {
    const { metadata, spec } = await read();
    const send = (migrationThreshold: number) =>
      publish({ spec: { ...spec, migrationThreshold }, reason: "mine", baseGeneration: metadata.generation });
    const answers = await Promise.all([send(41), send(42), send(43)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(2);
    for (const { body } of refused) {
      expect(body).toMatchObject({ code: "stale" });
      expect(String(body["detail"])).toMatch(/administrator published it at 20/);
    }
    expect((await read()).metadata.generation).toBe(metadata.generation + 1);
  });

  test("what is wrong is named by its path, and a reason is needed", async () => {
    const { metadata, spec } = await read();
    const baseGeneration = metadata.generation;
    const bad = await publish({ spec: { ...spec, migrationThreshold: 101 }, reason: "x", baseGeneration });
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ path: "spec.migrationThreshold" }] } });
    expect(await publish({ spec, reason: "  ", baseGeneration })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "reason" }] },
    });
    expect((await read()).metadata.generation).toBe(baseGeneration);
  });

  test("what changes nothing makes no generation", async () => {
    const { metadata, spec } = await read();
    const same = await publish({ spec, reason: "the same", baseGeneration: metadata.generation });
    expect(same).toMatchObject({ status: 200, body: { metadata: { generation: metadata.generation } } });
  });
});

describe("a policy of an application", () => {
  test("is published new, removed, and goes on counting where it ended", async () => {
    const spec = { applications: ["shop"], mode: "observe" };
    expect(await publish({ spec, reason: "new", baseGeneration: 0 }, "shop")).toMatchObject({
      status: 200,
      body: { metadata: { generation: 1 }, spec: { mode: "observe" } },
    });
    expect((await api.call("DELETE", "/policies/shop")).status).toBe(204);
    expect((await api.call("GET", "/policies/shop")).status).toBe(404);
    expect(await publish({ spec, reason: "late", baseGeneration: 1 }, "shop")).toMatchObject({
      status: 409,
      body: { code: "stale" },
    });
    expect(await publish({ spec, reason: "again", baseGeneration: 0 }, "shop")).toMatchObject({
      status: 200,
      body: { metadata: { generation: 2 } },
    });
    expect((await versions("shop")).items.map(({ reason }) => reason)).toEqual(["again", "new"]);
    const other = await publish({ spec, reason: "two", baseGeneration: 0 }, "shop-too");
    expect(other).toMatchObject({ status: 400, body: { errors: [{ path: "spec.applications.0" }] } });
  });

  test("the default one stays, and a name that never was is unknown", async () => {
    expect(await api.call("DELETE", "/policies/default")).toMatchObject({ status: 409, body: { code: "in-use" } });
    expect((await api.call("DELETE", "/policies/never")).status).toBe(404);
    expect((await api.call("GET", "/policies/never/versions")).status).toBe(404);
  });
});
