import { expect, test } from "vitest";
import { readRegistry } from "../component-registry/store/records.ts";
import { createLeaseStore } from "../orchestration/store/lease-store.ts";
import { createLeasedChanges } from "../orchestration/store/migration-store.ts";
import { component, policy, seedShop, type TestApi } from "./api.ts";
import { endMove, measure, planOf, plansOf, startPlanner, withApi } from "./planning.ts";

/** What auto would have done, over the HTTP API and a real database. */
const withProposal = (work: (api: TestApi) => Promise<void>): Promise<void> =>
  withApi("shadow", async (api) => {
    await seedShop(api);
    await api.call("POST", "/apply", { body: [component("cart", { performance: { latencyMsP95: 100 } }), policy()] });
    await measure(api);
    await work(api);
  });
const shadow = (api: TestApi, query = "") => api.call("GET", `/shadow${query}`, { role: "viewer" });

test("what a person approved tells how it would have gone; a plan of an operator is none of auto's", () =>
  withProposal(async (api) => {
    const planner = await startPlanner(api);
    expect((await shadow(api)).body).toMatchObject({ plans: 0, gainPercentMedian: null, items: [] });
    await planner.pass();
    const [plan] = await plansOf(api);
    await api.call("POST", "/plans", { body: {} });
    expect((await shadow(api)).body).toMatchObject({ plans: 1, wouldHaveRun: 1, notRun: 1, kept: 0 });
    await api.call("POST", `/plans/${plan?.id ?? ""}/approve`, { body: { reason: "closer" }, role: "approver" });
    const approved = planOf(await api.call("GET", `/plans/${plan?.id ?? ""}`));
    await endMove(api, approved.moves[0]?.migration ?? "", { verdict: "kept" });
    await planner.settle();
    expect((await shadow(api)).body).toMatchObject({ policy: "default", plans: 1, wouldHaveRun: 1, kept: 1, notRun: 0 });
  }));

test("a draft's guard rails are held against the same plans, and nothing is kept of the draft", () =>
  withProposal(async (api) => {
    await (await startPlanner(api)).pass();
    const draft = (spec: unknown, role: "viewer" | "operator" = "operator") =>
      api.call("POST", "/shadow", { body: { spec }, role });
    expect((await draft({ guardRails: { maxPerHour: 0 } })).body).toMatchObject({
      wouldHaveRun: 0,
      heldBack: [{ rail: "max-per-hour", count: 1 }],
    });
    expect((await draft({})).body).toMatchObject({ wouldHaveRun: 1 });
    expect(await draft({ guardRails: { maxPerHour: -1 } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "spec.guardRails.maxPerHour" }] },
    });
    expect((await draft({}, "viewer")).status).toBe(403);
    expect((await shadow(api)).body).toMatchObject({ wouldHaveRun: 1 });
  }));

test("what was forgotten a day after nobody decided it still counts; a policy or a span that is none is named", () =>
  withProposal(async (api) => {
    await (await startPlanner(api)).pass();
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    await api.database.prisma.plan.updateMany({ data: { state: "expired", endedAt: twoDaysAgo, createdAt: twoDaysAgo } });
    const before = (await shadow(api)).body;
    const term = (await createLeaseStore(api.database.pool).acquire("test", 600_000)) ?? 0;
    await createLeasedChanges(api.database, readRegistry).forgetPlans(term);
    expect(await api.database.prisma.plan.count()).toBe(0);
    const { items, plans, wouldHaveRun } = (await shadow(api)).body;
    expect({ items, plans, wouldHaveRun }).toMatchObject({ items: before["items"], plans: 1, wouldHaveRun: 1 });
    expect((await shadow(api, "?policy=nobody")).status).toBe(404);
    const backwards = "?from=2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z";
    expect(await shadow(api, backwards)).toMatchObject({ status: 400, body: { errors: [{ path: "from" }] } });
    expect((await shadow(api, `?to=${new Date(Date.now() - 86_400_000 * 3).toISOString()}`)).body).toMatchObject({ plans: 0 });
  }));
