import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { component, dataCenter, policy, seedShop, startApi, type TestApi } from "./api.ts";
import { addComponent } from "./planning.ts";

/** What is asked of a whole data centre: that it be emptied, and what becomes of what was in one that is lost. */
let api: TestApi;
beforeAll(async () => {
  api = await startApi("places");
  await seedShop(api);
});
afterAll(() => api.close());
beforeEach(() => api.hear());

const placeOf = async (name: string) =>
  (await api.call("GET", `/data-centers/${name}`)).body as unknown as {
    status: {
      state: string;
      drain: { plan: string; gone: number; total: number; reason: string } | null;
      loss: { components: { component: string; outcome: string; message: string }[] } | null;
    };
  };
const lose = async (place: string | null): Promise<void> => {
  const loss = { since: "2026-11-25T00:00:00.000Z", components: [] };
  await api.database.pool.query("update data_center set loss = case when name = $1 then $2::jsonb end", [
    place,
    JSON.stringify(loss),
  ]);
};
const auditOf = async (action: string) => {
  const { body } = await api.call("GET", `/audit?action=${action}`);
  return (body["items"] as unknown as { reason: string; after: Record<string, unknown> | null; object: { id: string } }[])[0];
};

describe("a drain", () => {
  test("closes the place at once and plans what can go; what stays says why", async () => {
    await addComponent(api, { name: "pinned", place: "east" }, { placement: { pinned: "east" } });
    const { status, body } = await api.call("POST", "/data-centers/east/drain", {
      role: "operator",
      body: { reason: "maintenance" },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: "proposed",
      summary: "Drain east: move 1 of 2 components away",
      moves: [{ component: "shop/cart", from: "east", to: "west" }],
      drain: { dataCenter: "east", stays: [{ component: "shop/pinned", message: "shop/pinned is pinned to east" }] },
    });
    const { id } = body as unknown as { id: string };
    expect((await placeOf("east")).status).toMatchObject({
      state: "cordoned",
      drain: { plan: id, gone: 0, total: 2, reason: "maintenance" },
    });
    const refused = await api.call("POST", "/apply", { body: [component("late")] });
    expect(refused.status).toBe(200);
    await api.call("DELETE", "/components/shop/late");
    expect(await auditOf("data-center.drain")).toMatchObject({ reason: "maintenance", object: { id: "east" } });
  });

  test("leaves what a mode keeps from being run, says so, and can be approved for the rest", async () => {
    const modes = policy({ mode: "approve", componentModes: { "shop/pinned": "observe" } });
    expect((await api.call("POST", "/apply", { body: [modes] })).status).toBe(200);
    const { body } = await api.call("POST", "/data-centers/east/drain", { body: { reason: "maintenance" } });
    expect(body).toMatchObject({
      moves: [{ component: "shop/cart" }],
      drain: { stays: [{ component: "shop/pinned", message: "shop/pinned is in mode observe (policy default)" }] },
    });
    await api.call("DELETE", "/policies/default");
  });

  test("takes nothing new, and a move into it is refused by name", async () => {
    await addComponent(api, { name: "ad", place: "west" });
    const { status, body } = await api.call("POST", "/migrations", { body: { component: "shop/ad", from: "west", to: "east" } });
    expect([status, body["code"]]).toEqual([422, "cordoned"]);
  });

  test("asked for again it is the same drain with a new plan, and the one before is given up", async () => {
    const before = (await placeOf("east")).status.drain?.plan ?? "";
    const { body } = await api.call("POST", "/data-centers/east/drain", { body: { reason: "still" } });
    const plan = body["id"] as unknown as string;
    expect((await placeOf("east")).status.drain).toMatchObject({ plan, total: 2 });
    expect((await api.call("GET", `/plans/${before}`)).body).toMatchObject({ state: "superseded", supersededBy: plan });
  });

  test("its plan is approved like any other, its progress counts what has gone, and it ends by hand", async () => {
    const plan = (await placeOf("east")).status.drain?.plan ?? "";
    const approved = await api.call("POST", `/plans/${plan}/approve`, { role: "approver", body: { reason: "go" } });
    expect(approved).toMatchObject({ status: 200, body: { state: "approved" } });
    // The move itself is the engine's; here its end is what counts.
    await api.database.prisma.migration.updateMany({ data: { state: "succeeded", endedAt: new Date() } });
    await api.database.prisma.instance.updateMany({ where: { componentKey: "shop/cart" }, data: { dataCenter: "west" } });
    expect((await placeOf("east")).status.drain).toMatchObject({ gone: 1, total: 2 });
    const end = { role: "operator", body: { reason: "repaired" } } as const;
    expect((await api.call("DELETE", "/data-centers/east/drain", end)).status).toBe(204);
    expect((await placeOf("east")).status).toMatchObject({ state: "ready", drain: null });
    expect(await auditOf("data-center.undrain")).toMatchObject({ reason: "repaired", object: { id: "east" } });
    expect((await api.call("DELETE", "/data-centers/east/drain")).status).toBe(204);
  });

  test("needs an operator, a reason and a data centre", async () => {
    const ask = async (name: string, role: "viewer" | "operator", reason: string) =>
      (await api.call("POST", `/data-centers/${name}/drain`, { role, body: { reason } })).status;
    expect([await ask("east", "viewer", "x"), await ask("east", "operator", " "), await ask("nowhere", "operator", "x")]).toEqual(
      [403, 400, 404],
    );
    expect((await api.call("DELETE", "/data-centers/nowhere/drain")).status).toBe(404);
  });
});

describe("what a lost data centre held", () => {
  const recover = (body: Readonly<Record<string, unknown>>, role: "operator" | "approver" = "approver") =>
    api.call("POST", "/components/shop/vault/recover", { role, body: { to: "west", reason: "the region is gone", ...body } });

  beforeAll(async () => {
    await api.call("POST", "/apply", { body: [dataCenter("north", "FR"), policy()] });
    await api.hear();
    await addComponent(api, { name: "vault", place: "north" }, { state: { kind: "full", sizeMiB: 64 } });
    await addComponent(api, { name: "plain", place: "north" });
  });

  test("is not given up while the place can be reached", async () => {
    expect(await recover({ acceptLoss: true })).toMatchObject({ status: 409, body: { code: "not-lost" } });
  });

  test("is started again only by an approver who accepts what is lost, in words", async () => {
    await lose("north");
    expect((await recover({ acceptLoss: true }, "operator")).status).toBe(403);
    const refused = await recover({});
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: "loss", errors: [{ path: "acceptLoss" }] });
    expect(refused.body["detail"]).toContain(
      "all of its state, some 64 MiB: it was kept in north alone, last heard of at 2026-11-25",
    );
  });

  test("goes without a move that would copy: an ordinary one is refused, and what has no state needs no recovery", async () => {
    const moved = await api.call("POST", "/migrations", { body: { component: "shop/vault", from: "north", to: "west" } });
    expect([moved.status, moved.body["code"]]).toEqual([409, "lost"]);
    const body = { to: "west", acceptLoss: true, reason: "x" };
    expect(await api.call("POST", "/components/shop/plain/recover", { body })).toMatchObject({
      status: 409,
      body: { code: "stateless" },
    });
    expect((await api.call("POST", "/components/shop/nothing/recover", { body })).status).toBe(404);
  });

  test("becomes a run that names what was given up and where the rest lies, audited with the loss", async () => {
    const { status, body } = await recover({ acceptLoss: true });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      component: "shop/vault",
      from: "north",
      to: "west",
      epoch: { from: 1, to: 2 },
      recovery: {
        loss: expect.stringContaining("all of its state") as string,
        salvage: [{ instance: "shop.vault.1", dataCenter: "north", folder: "host/instances/shop.vault.1/state" }],
      },
    });
    expect(await auditOf("component.recover")).toMatchObject({
      reason: "the region is gone",
      after: { lost: expect.stringContaining("all of its state") as string },
    });
    expect(await recover({ acceptLoss: true })).toMatchObject({ status: 409, body: { code: "busy" } });
  });
});
