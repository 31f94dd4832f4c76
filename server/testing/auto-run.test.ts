import { describe, expect, test } from "vitest";
import { component, policy, seedShop, type TestApi } from "./api.ts";
import { addComponent, endMove, measure, planOf, plansOf, startPlanner, withApi } from "./planning.ts";

/** What runs by itself and what holds it back: over the HTTP API and a real database, a planning pass at a time. */
const cart = component("cart", { performance: { latencyMsP95: 100 } });
const applied = async (api: TestApi, ...body: unknown[]): Promise<void> => {
  const answer = await api.call("POST", "/apply", { body });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
};

/** The shop's cart in the east, its users in the west, under a policy whose mode is auto. */
const withAuto = (rails: Readonly<Record<string, unknown>>, work: (api: TestApi) => Promise<void>): Promise<void> =>
  withApi("auto", async (api) => {
    await seedShop(api);
    await applied(api, cart, policy({ mode: "auto", guardRails: rails }));
    await measure(api);
    await work(api);
  });

interface AutoRun {
  readonly state: string;
  readonly missed: number;
  readonly why: string | null;
  readonly window: { readonly open: boolean } | null;
  readonly waiting: readonly { readonly plan: string; readonly heldBy: readonly { rail: string; message: string }[] }[];
  readonly lastMoves: readonly { readonly verdict: string | null }[];
}
const autoRunOf = async (api: TestApi, index = 0): Promise<AutoRun | undefined> =>
  ((await api.call("GET", "/auto-run", { role: "viewer" })).body as unknown as { items: AutoRun[] }).items[index];
const statesOf = async (api: TestApi): Promise<string[]> => (await plansOf(api)).map(({ state }) => state);

describe("a policy of some applications", () => {
  test("plans them by its own weights and threshold and runs them by its own mode; everybody else keeps the default one", () =>
    withApi("auto", async (api) => {
      await seedShop(api);
      const near = { weights: { proximity: 100 }, migrationThreshold: 70, mode: "auto", applications: ["store"] };
      await applied(api, cart, policy({ mode: "approve" }), { ...policy(near), metadata: { name: "near" } });
      await addComponent(api, { application: "store", name: "book", place: "east" });
      await measure(api);
      await measure(api, "store/book");
      await (await startPlanner(api)).pass();
      const plans = await plansOf(api);
      expect(plans.map(({ policy: name, state, moves }) => [name, state, moves.map((move) => move.component)]).sort()).toEqual([
        ["default", "proposed", ["shop/cart"]],
        ["near", "approved", ["store/book"]],
      ]);
      expect((await api.call("GET", "/components/store/book/scores")).body).toMatchObject({
        policy: "near",
        weights: { proximity: 100 },
        threshold: 70,
      });
      expect((await api.call("GET", "/components/shop/cart/scores")).body).toMatchObject({ policy: "default", threshold: 60 });
    }));
  test("replaces a plan that was made before the application was its own", () =>
    withApi("auto", async (api) => {
      await seedShop(api);
      await applied(api, cart);
      await measure(api);
      const planner = await startPlanner(api);
      await planner.pass();
      await applied(api, { ...policy({ applications: ["shop"], mode: "approve" }), metadata: { name: "own" } });
      await planner.pass();
      const [newer, older] = await plansOf(api);
      expect([older?.state, older?.supersededBy, newer?.policy]).toEqual(["superseded", newer?.id, "own"]);
    }));
  test("plans are made under one policy: components of two are refused with the path of the second", () =>
    withApi("auto", async (api) => {
      await seedShop(api);
      await applied(api, { ...policy({ applications: ["store"] }), metadata: { name: "own" } });
      await addComponent(api, { application: "store", name: "book", place: "east" });
      const answer = await api.call("POST", "/plans", { body: { components: ["shop/cart", "store/book"] } });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "components.1" }] } });
      expect(await api.call("POST", "/plans", { body: { policy: "nobody" } })).toMatchObject({
        status: 400,
        body: { errors: [{ path: "policy" }] },
      });
    }));
});

describe("the mode of a component", () => {
  test("observe: it is scored, and neither the planner nor an operator's plan moves it; a person's own move may", () =>
    withApi("auto", async (api) => {
      await seedShop(api);
      await applied(api, cart, policy({ mode: "auto", componentModes: { "shop/cart": "observe" } }));
      await measure(api);
      await (await startPlanner(api)).pass();
      expect(await plansOf(api)).toEqual([]);
      expect((await api.call("GET", "/components/shop/cart")).body).toMatchObject({ status: { candidate: true } });
      const refused = await api.call("POST", "/plans", { body: { components: ["shop/cart"] } });
      expect(refused).toMatchObject({ status: 409, body: { code: "mode" } });
      expect(refused.body["detail"]).toContain("shop/cart is in mode observe (policy default)");
      const order = { component: "shop/cart", from: "east", to: "west", reason: "by hand" };
      expect((await api.call("POST", "/migrations", { body: order })).status).toBe(202);
    }));
  test("recommend: a plan that nobody can run, and the refusal names the component and its policy", () =>
    withApi("auto", async (api) => {
      await seedShop(api);
      await applied(api, cart, policy({ mode: "auto", componentModes: { "shop/cart": "recommend" } }));
      await measure(api);
      await (await startPlanner(api)).pass();
      const [plan] = await plansOf(api);
      expect(plan?.state).toBe("proposed");
      const refused = await api.call("POST", `/plans/${plan?.id ?? ""}/approve`, { body: { reason: "x" }, role: "approver" });
      expect(refused).toMatchObject({ status: 409, body: { code: "mode" } });
      expect(refused.body["detail"]).toContain("shop/cart is in mode recommend (policy default)");
    }));
  test("approve inside a policy of mode auto: it waits for a person, who may run it", () =>
    withApi("auto", async (api) => {
      await seedShop(api);
      await applied(api, cart, policy({ mode: "auto", componentModes: { "shop/cart": "approve" } }));
      await measure(api);
      const planner = await startPlanner(api);
      await planner.pass();
      await planner.pass();
      const [plan] = await plansOf(api);
      expect(plan?.state).toBe("proposed");
      const approved = await api.call("POST", `/plans/${plan?.id ?? ""}/approve`, { body: { reason: "x" }, role: "approver" });
      expect(approved.status).toBe(200);
    }));
});

describe("a plan in mode auto", () => {
  test("waits for its change window by the world's clock, and runs when it opens; how it stood at its birth stays written", () =>
    withAuto({ windows: [{ from: "06:00", to: "10:00" }] }, async (api) => {
      let worldNow = new Date("2026-11-25T03:00:00Z");
      const planner = await startPlanner(api, { worldNow: () => worldNow });
      await planner.pass();
      await planner.pass();
      expect(await statesOf(api)).toEqual(["proposed"]);
      worldNow = new Date("2026-11-25T06:00:00Z");
      await planner.pass();
      const [plan] = await plansOf(api);
      expect([plan?.state, plan?.decision?.by.name]).toEqual(["approved", "planner"]);
      const window = plan?.guardRails.find(({ name }) => name === "windows");
      expect(window).toMatchObject({ ok: false, message: expect.stringContaining("allowed from Wed 06:00") as string });
    }));
  test("does not run while nobody knows the world's clock", () =>
    withAuto({ windows: [{ from: "00:00", to: "24:00" }] }, async (api) => {
      await (await startPlanner(api, { worldNow: () => null })).pass();
      expect(await statesOf(api)).toEqual(["proposed"]);
    }));
  test("shares one budget an hour with whatever else moves: an operator's move uses it up, and an hour later it is free", () =>
    withAuto({ maxPerHour: 1, maxConcurrent: 5 }, async (api) => {
      await addComponent(api, { name: "front", place: "east" });
      const order = { component: "shop/front", from: "east", to: "west", reason: "by hand" };
      const { id } = (await api.call("POST", "/migrations", { body: order })).body as unknown as { id: string };
      const planner = await startPlanner(api);
      await planner.pass();
      expect(await statesOf(api)).toEqual(["proposed"]);
      expect((await autoRunOf(api))?.waiting).toMatchObject([{ heldBy: [{ rail: "max-per-hour" }] }]);
      await endMove(api, id, { verdict: "insufficient-data" });
      await planner.pass();
      expect(await statesOf(api)).toEqual(["proposed"]);
      await api.database.prisma.migration.update({ where: { id }, data: { endedAt: new Date(Date.now() - 3_700_000) } });
      await planner.pass();
      expect(await statesOf(api)).toEqual(["approved"]);
    }));
  test("is held in the transaction that would order its moves, and nothing is ordered then", () =>
    withAuto({}, async (api) => {
      const { id, hash } = planOf(await api.call("POST", "/plans", { body: {} }));
      const order = {
        id,
        hash,
        reason: "",
        actor: { kind: "system", id: null, name: "planner", role: null },
        requestId: null,
      } as const;
      const running = api.services.plans.runByItself(order, () => Promise.resolve("the budget was used up a moment ago"));
      await expect(running).rejects.toMatchObject({ code: "guard-rails" });
      expect(await api.database.prisma.migration.count()).toBe(0);
    }));
  test("does not run where a constraint forbids its place since a moment ago, and what else may run is not held up by it", () =>
    withAuto({}, async (api) => {
      await addComponent(api, { application: "store", name: "book", place: "east" }, { performance: { latencyMsP95: 100 } });
      await applied(api, {
        ...policy({ mode: "auto", applications: ["store"], weights: { proximity: 100 } }),
        metadata: { name: "own" },
      });
      await measure(api, "store/book");
      await applied(
        api,
        component("cart", { performance: { latencyMsP95: 100 }, placement: { allow: { countries: ["US", "DE"] } } }),
      );
      const forbidCart = () =>
        applied(api, component("cart", { performance: { latencyMsP95: 100 }, placement: { allow: { countries: ["US"] } } }));
      await (await startPlanner(api, { afterLook: forbidCart })).pass();
      const plans = await plansOf(api);
      expect(plans.map(({ state, moves }) => [moves[0]?.component, state]).sort()).toEqual([
        ["shop/cart", "proposed"],
        ["store/book", "approved"],
      ]);
    }));
  test("is only proposed while new moves are frozen, says so, and runs when they are not", () =>
    withAuto({}, async (api) => {
      await api.call("POST", "/freeze", { body: { reason: "incident", until: null } });
      const planner = await startPlanner(api);
      await planner.pass();
      expect(await statesOf(api)).toEqual(["proposed"]);
      expect(await autoRunOf(api)).toMatchObject({ state: "frozen", why: expect.stringContaining("incident") as string });
      await api.call("DELETE", "/freeze");
      await planner.pass();
      expect(await statesOf(api)).toEqual(["approved"]);
    }));
  test("does not hold clients longer than the budget of a pause, by what is predicted", () =>
    withAuto({ pauseBudgetMs: 200 }, async (api) => {
      await applied(api, component("cart", { performance: { latencyMsP95: 100 }, state: { kind: "full", sizeMiB: 8 } }));
      await (await startPlanner(api)).pass();
      const [plan] = await plansOf(api);
      expect(plan?.state).toBe("proposed");
      expect(plan?.guardRails.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["pause-budget"]);
    }));
});

describe("a broken promise of an automatic move", () => {
  /** One automatic move that has ended with this verdict, its plan settled; the cart stands where it was, so that it is due again. */
  async function moved(api: TestApi, verdict: string) {
    const planner = await startPlanner(api);
    await planner.pass();
    const [plan] = await plansOf(api);
    await endMove(api, plan?.moves[0]?.migration ?? "", { verdict });
    await planner.settle();
    return planner;
  }
  const rails = { cooldownMinutes: 0, maxPerHour: 100 };
  const alertsOf = async (api: TestApi): Promise<readonly string[]> =>
    ((await api.call("GET", "/alerts")).body as unknown as { items: { id: string }[] }).items.map(({ id }) => id);
  const resume = (api: TestApi, role: "operator" | "approver") =>
    api.call("POST", "/auto-run/resume", { body: { policy: "default", reason: "the link is repaired" }, role });

  test("stops everything that runs by itself until an approver resumes it; publishing a policy is no resuming", () =>
    withAuto(rails, async (api) => {
      const planner = await moved(api, "missed");
      await planner.pass();
      expect(await statesOf(api)).toEqual(["proposed", "succeeded"]);
      expect(await autoRunOf(api)).toMatchObject({
        state: "stopped",
        missed: 1,
        why: expect.stringContaining("shop/cart missed its promise") as string,
        lastMoves: [{ verdict: "missed" }],
      });
      expect(await alertsOf(api)).toContain("auto-run-stopped:default");
      await applied(api, policy({ mode: "auto", guardRails: { ...rails, stopAfterMissed: 0 } }));
      await planner.pass();
      expect((await statesOf(api))[0]).toBe("proposed");
      expect((await resume(api, "operator")).status).toBe(403);
      expect(await resume(api, "approver")).toMatchObject({ status: 200, body: { state: "running", missed: 0 } });
      expect(await alertsOf(api)).not.toContain("auto-run-stopped:default");
      expect(await resume(api, "approver")).toMatchObject({ status: 409, body: { code: "not-stopped" } });
      await planner.pass();
      expect((await statesOf(api))[0]).toBe("approved");
      const { items } = (await api.call("GET", "/audit")).body as unknown as { items: { action: string; reason: string }[] };
      expect(items.find(({ action }) => action === "auto-run.resume")?.reason).toBe("the link is repaired");
      expect(items.filter(({ action }) => action === "auto-run.stop")).toHaveLength(1);
      const told = await api.database.prisma.event.findMany({ where: { type: "auto-run.changed" }, orderBy: { seq: "asc" } });
      expect(told.map(({ data }) => (data as { state: string }).state)).toEqual(["stopped", "running"]);
    }));
  test("is one where the promise was kept: nothing stops", () =>
    withAuto(rails, async (api) => {
      const planner = await moved(api, "kept");
      await planner.pass();
      expect(await statesOf(api)).toEqual(["approved", "succeeded"]);
      expect(await autoRunOf(api)).toMatchObject({ state: "running", missed: 0 });
    }));
  /** The planner's move has been ordered, has begun, and has given up before its commit. */
  async function gaveUp(api: TestApi) {
    const planner = await startPlanner(api);
    await planner.pass();
    const id = (await plansOf(api))[0]?.moves[0]?.migration ?? "";
    await endMove(api, id, { verdict: "insufficient-data", state: "aborted", committed: false });
    await planner.settle();
    return planner;
  }
  test("that gave up rests for the cool-down, instead of being tried again and again", () =>
    withAuto({ cooldownMinutes: 60 }, async (api) => {
      const planner = await gaveUp(api);
      await planner.pass();
      expect(await statesOf(api)).toEqual(["failed"]);
      await api.database.prisma.migration.updateMany({ data: { endedAt: new Date(Date.now() - 61 * 60_000) } });
      await planner.pass();
      expect(await statesOf(api)).toEqual(["approved", "failed"]);
    }));
  test("that gave up has used the hour's budget", () =>
    withAuto({ cooldownMinutes: 0 }, async (api) => {
      await gaveUp(api);
      const { guardRails } = planOf(await api.call("POST", "/plans", { body: {} }));
      const perHour = guardRails.find(({ name }) => name === "max-per-hour");
      expect(perHour?.message).toContain("1 moves and 1 of this plan");
    }));
  test("of a person's own move stops nothing", () =>
    withAuto({ ...rails, maxConcurrent: 5 }, async (api) => {
      await addComponent(api, { name: "front", place: "east" });
      const order = { component: "shop/front", from: "east", to: "west", reason: "by hand" };
      const { id } = (await api.call("POST", "/migrations", { body: order })).body as unknown as { id: string };
      await endMove(api, id, { verdict: "missed" });
      await (await startPlanner(api)).pass();
      expect(await statesOf(api)).toEqual(["approved"]);
    }));
});
