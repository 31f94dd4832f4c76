import { describe, expect, test } from "vitest";
import { component, policy, seedShop, type Answer, type TestApi } from "./api.ts";
import {
  measure as measureUsers,
  planOf as bodyOf,
  plansOf,
  startPlanner as planner,
  withApi,
  type PlanBody,
} from "./planning.ts";

/** Plans over the HTTP API and a real database: made from what was measured, decided once, bound to what was read. */
let api: TestApi;

const measure = (): Promise<void> => measureUsers(api);

/** A shop of its own for each test: its evidence is nobody else's. */
const withShop = (work: () => Promise<void>): Promise<void> =>
  withApi("plans", async (started) => {
    api = started;
    await seedShop(api);
    await work();
  });

const plan = (body: unknown = {}): Promise<Answer> => api.call("POST", "/plans", { body });
const approve = (id: string, body: unknown = { reason: "closer" }): Promise<Answer> =>
  api.call("POST", `/plans/${id}/approve`, { body, role: "approver" });
async function proposed(): Promise<PlanBody> {
  await measure();
  const answer = await plan();
  expect(answer.status).toBe(201);
  return bodyOf(answer);
}

describe("a plan", () => {
  test("moves a component to its users, says why, and reads the same afterwards", () =>
    withShop(async () => {
      const made = await proposed();
      expect(made).toMatchObject({
        state: "proposed",
        policy: "default",
        summary: "Move shop/cart from east to west",
        proposedBy: { kind: "key" },
        decision: null,
        gap: { percent: null, bound: null },
      });
      const [move] = made.moves as unknown as {
        before: { latencyMsP95: number; combined: number };
        after: { latencyMsP95: number; latencyMsP95Interval: [number, number]; combined: number };
        why: { points: number }[];
        regions: unknown[];
        gain: { sharePercent: number };
      }[];
      expect(move?.after.latencyMsP95).toBeLessThan((move?.before.latencyMsP95 ?? 0) - 40);
      const [low, high] = move?.after.latencyMsP95Interval ?? [0, 0];
      expect(low <= (move?.after.latencyMsP95 ?? 0) && (move?.after.latencyMsP95 ?? 0) <= high).toBe(true);
      const points = (move?.why ?? []).reduce((sum, part) => sum + part.points, 0);
      expect(points).toBeCloseTo((move?.after.combined ?? 0) - (move?.before.combined ?? 0), 6);
      expect(move?.gain.sharePercent).toBeCloseTo(100);
      expect(move?.regions).toHaveLength(1);
      expect((await api.call("GET", `/plans/${made.id}`)).body).toEqual(made);
    }));
  test("gains and pays back what the planner said of the draft before it was published", () =>
    withShop(async () => {
      const made = (await proposed()) as unknown as {
        weights: unknown;
        moves: { component: string; from: string; to: string }[];
        totals: { gainPercent: number; paybackHours: number };
      };
      const draft = { policy: "default", weights: made.weights, migrationThreshold: 100, cooldownMinutes: 0 };
      const confirmed = await api.call("POST", "/preview/confirm", { body: draft });
      const { gainPercent, paybackHours } = made.totals;
      expect(confirmed).toMatchObject({
        status: 200,
        body: {
          moves: made.moves.map(({ component: moved, from, to }) => ({ component: moved, from, to })),
          gainPercent: expect.closeTo(gainPercent, 6) as number,
          paybackHours: expect.closeTo(paybackHours, 6) as number,
        },
      });
    }));
  test("without evidence has no moves, and cannot be approved", () =>
    withShop(async () => {
      const made = bodyOf(await plan());
      expect(made.moves).toEqual([]);
      expect(await approve(made.id)).toMatchObject({ status: 409, body: { code: "empty" } });
    }));
  test("names a component that is not there by its path, and takes weights of its own", () =>
    withShop(async () => {
      await measure();
      expect(await plan({ components: ["shop/nothing"] })).toMatchObject({
        status: 400,
        body: { errors: [{ path: "components.0" }] },
      });
      expect((await plan({ weights: { performance: -1 } })).status).toBe(400);
      expect((await plan({ weights: { performance: 0 } })).status).toBe(400);
      expect((await plan({ wieghts: {} })).status).toBe(400);
      const stable = bodyOf(await plan({ weights: { stability: 100 } }));
      expect(stable.moves).toEqual([]);
    }));
  test("never changes after it was written, not by the processes' own role either", () =>
    withShop(async () => {
      const { id } = await proposed();
      const change = api.database.prisma.$executeRaw`update plan set content = '{}'::jsonb where id = ${id}`;
      await expect(change).rejects.toThrow(/never changes/);
    }));
});

describe("a decision", () => {
  test("of fifty approvals at once exactly one counts, and orders the moves once", () =>
    withShop(async () => {
      const { id } = await proposed();
      const answers = await Promise.all(Array.from({ length: 50 }, () => approve(id)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
      expect(await api.database.prisma.migration.count({ where: { planId: id } })).toBe(1);
      const [migration] = (await api.call("GET", "/migrations")).body["items"] as unknown as { id: string; plan: string }[];
      expect(migration?.plan).toBe(id);
      expect(bodyOf(await api.call("GET", `/plans/${id}`))).toMatchObject({
        state: "approved",
        moves: [{ migration: migration?.id, migrationState: "pending" }],
        decision: { kind: "approved", reason: "closer" },
      });
    }));
  test("is for the plan that was read: another hash is refused", () =>
    withShop(async () => {
      const { id, hash } = await proposed();
      const other = `sha256:${"0".repeat(64)}`;
      expect(await approve(id, { reason: "x", hash: other })).toMatchObject({ status: 409, body: { code: "stale" } });
      expect((await approve(id, { reason: "x", hash })).status).toBe(200);
    }));
  test("is made once: what was rejected, with a reason, is not approved", () =>
    withShop(async () => {
      const { id } = await proposed();
      const reject = (body: unknown) => api.call("POST", `/plans/${id}/reject`, { body, role: "approver" });
      expect((await reject({})).status).toBe(400);
      expect((await reject({ reason: "  " })).status).toBe(400);
      expect(await reject({ reason: "not today" })).toMatchObject({ status: 200, body: { state: "rejected" } });
      expect(await approve(id)).toMatchObject({ status: 409, body: { code: "decided" } });
      expect(await reject({ reason: "again" })).toMatchObject({ status: 409, body: { code: "decided" } });
    }));
  test("waits for a freeze, and for a policy that lets plans run", () =>
    withShop(async () => {
      const { id } = await proposed();
      await api.call("POST", "/freeze", { body: { reason: "incident", until: null } });
      expect(await approve(id)).toMatchObject({ status: 409, body: { code: "frozen" } });
      await api.call("DELETE", "/freeze");
      await api.call("POST", "/apply", { body: [policy({ mode: "recommend" })] });
      expect(await approve(id)).toMatchObject({ status: 409, body: { code: "mode" } });
      await api.call("POST", "/apply", { body: [policy({ mode: "observe" })] });
      expect(await plan()).toMatchObject({ status: 409, body: { code: "mode" } });
    }));
  test("meets the world of now: another epoch is stale, a constraint refuses by its name", () =>
    withShop(async () => {
      const first = await proposed();
      await api.call("POST", "/apply", { body: [component("cart", { placement: { deny: { countries: ["DE"] } } })] });
      expect(await approve(first.id)).toMatchObject({ status: 422, body: { code: "residency" } });
      await api.call("POST", "/apply", { body: [component("cart")] });
      await api.database.prisma.component.updateMany({ data: { epoch: 7 } });
      expect(await approve(first.id)).toMatchObject({ status: 409, body: { code: "stale" } });
      expect(await api.database.prisma.migration.count()).toBe(0);
    }));
  test("stands in the audit with its reason and what it set off, and the same key gets the same answer", () =>
    withShop(async () => {
      const { id, hash } = await proposed();
      const headers = { "idempotency-key": "once" };
      const send = () => api.call("POST", `/plans/${id}/approve`, { body: { reason: "closer" }, role: "approver", headers });
      const [one, two] = [await send(), await send()];
      expect(two).toMatchObject({ status: 200, body: one.body });
      const { items } = (await api.call("GET", "/audit")).body as unknown as { items: { action: string }[] };
      expect(items.find(({ action }) => action === "plan.approve")).toMatchObject({
        reason: "closer",
        object: { kind: "Plan", id },
        after: { hash },
      });
      expect(items.filter(({ action }) => action === "plan.approve")).toHaveLength(1);
      expect((await api.call("GET", "/audit/verify")).body).toMatchObject({ ok: true });
    }));
});

describe("the planner by itself", () => {
  async function startPlanner(now: () => Date = () => new Date()): Promise<() => Promise<void>> {
    await api.call("POST", "/apply", { body: [component("cart", { performance: { latencyMsP95: 100 } })] });
    return (await planner(api, { now })).pass;
  }
  const plans = () => plansOf(api);

  test("proposes what should move once, and keeps the scores with the component", () =>
    withShop(async () => {
      await measure();
      const pass = await startPlanner();
      await pass();
      await pass();
      expect(await plans()).toMatchObject([{ state: "proposed", proposedBy: { kind: "system", name: "planner" } }]);
      expect((await api.call("GET", "/components/shop/cart")).body).toMatchObject({ status: { candidate: true } });
    }));
  test("plans again when the policy was published, and says which plan takes the place of which", () =>
    withShop(async () => {
      await measure();
      const pass = await startPlanner();
      await pass();
      await api.call("POST", "/apply", { body: [policy({ migrationThreshold: 61 })] });
      await pass();
      const [newer, older] = await plans();
      expect(older).toMatchObject({ state: "superseded", supersededBy: newer?.id });
      expect(newer?.state).toBe("proposed");
      expect(await approve(older?.id ?? "")).toMatchObject({ status: 409, body: { code: "stale" } });
    }));
  test("lets a plan expire that nobody decided, and does not propose again what was rejected", () =>
    withShop(async () => {
      await measure();
      let now = new Date();
      const pass = await startPlanner(() => now);
      await pass();
      const [first] = await plans();
      now = new Date(Date.now() + 31 * 60_000);
      await pass();
      expect(bodyOf(await api.call("GET", `/plans/${first?.id ?? ""}`)).state).toBe("expired");
      now = new Date();
      const [second] = await plans();
      expect(second?.state).toBe("proposed");
      await api.call("POST", `/plans/${second?.id ?? ""}/reject`, { body: { reason: "no" }, role: "approver" });
      await pass();
      expect((await plans()).map(({ state }) => state)).toEqual(["rejected", "expired"]);
    }));
  test("runs a plan by itself in mode auto, inside its guard rails, and never twice", () =>
    withShop(async () => {
      await api.call("POST", "/apply", { body: [policy({ mode: "auto" })] });
      await measure();
      const pass = await startPlanner();
      await pass();
      await pass();
      expect(await plans()).toMatchObject([{ state: "approved", decision: { by: { kind: "system", name: "planner" } } }]);
      expect(await api.database.prisma.migration.count()).toBe(1);
    }));
  test("holds a plan of an operator's own weights against those weights", () =>
    withShop(async () => {
      await measure();
      const pass = await startPlanner();
      await api.call("POST", "/apply", { body: [policy({ weights: { stability: 100 } })] });
      const own = bodyOf(await plan({ weights: { proximity: 100 } }));
      expect(own.moves).toHaveLength(1);
      await pass();
      expect((await api.call("GET", `/plans/${own.id}`)).body).toMatchObject({ state: "proposed", note: null });
    }));
  test("makes nothing without its lease", () =>
    withShop(async () => {
      await measure();
      const pass = await startPlanner();
      await api.database.prisma.lease.updateMany({ data: { expiresAt: new Date(0) } });
      await pass().catch(() => undefined);
      expect(await plans()).toEqual([]);
    }));
});
