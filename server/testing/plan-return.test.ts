import { describe, expect, test } from "vitest";
import { readRegistry } from "../component-registry/store/records.ts";
import { forbiddenBy } from "../orchestration/domain/request-migration.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { component, policy, seedShop, type TestApi } from "./api.ts";
import { addComponent, endMove, measure, planOf, plansOf, startPlanner, withApi, type TestPlanner } from "./planning.ts";

/** A plan whose moves have all ended: measured as a whole, and sent back as a whole where it made things worse. */
interface Ordered {
  readonly planner: TestPlanner;
  readonly plan: string;
}

/** Front and cart were moved west together, and both stand there now; `isPair`: neither may stand anywhere without the other. */
async function moved(api: TestApi, isPair = false): Promise<Ordered> {
  await seedShop(api);
  const target = { performance: { latencyMsP95: 100 } };
  const beside = (other: string) => (isPair ? { placement: { affinity: [other] } } : {});
  const [cart, rails] = [component("cart", target), policy({ guardRails: { watchMs: 60_000 } })];
  await api.call("POST", "/apply", { body: [cart, rails] });
  const front = { ...target, dependencies: [{ component: "cart" }], ...beside("cart") };
  await addComponent(api, { name: "front", place: "east" }, front);
  await api.call("POST", "/apply", { body: component("cart", { ...target, ...beside("front") }) });
  await measure(api, "shop/front");
  await measure(api);
  const plan = planOf(await api.call("POST", "/plans", { body: {} }));
  expect(plan.moves.map((move) => move.component).sort()).toEqual(["shop/cart", "shop/front"]);
  await api.call("POST", `/plans/${plan.id}/approve`, { body: { reason: "closer" }, role: "approver" });
  const [approved] = await plansOf(api);
  for (const { migration } of approved?.moves ?? []) {
    await endMove(api, migration ?? "", { verdict: "insufficient-data" });
    const [startedAt, endedAt] = [new Date(Date.now() - 60_000), new Date()];
    const where = { migrationId: migration ?? "", name: "watch" };
    await api.database.prisma.migrationStep.updateMany({ where, data: { state: "succeeded", startedAt, endedAt } });
  }
  await api.database.prisma.instance.updateMany({ data: { dataCenter: "west" } });
  await api.hear();
  return { planner: await startPlanner(api), plan: plan.id };
}

const returnsOf = async (api: TestApi) =>
  (await api.database.prisma.migration.findMany({ where: { planId: null }, orderBy: { id: "asc" } })).map((row) => ({
    component: row.componentKey,
    way: `${row.from} to ${row.to}`,
    state: row.state,
    reason: row.reason,
  }));
const slow = () => Promise.resolve({ requests: 2_000, latencyMsP95: 9_000 });
const quick = () => Promise.resolve({ requests: 2_000, latencyMsP95: 12 });

describe("a plan whose last move has ended", () => {
  test("goes back as a whole, last move first, where users wait longer than it promised and was allowed", () =>
    withApi("returns", async (api) => {
      const { planner, plan } = await moved(api);
      await planner.settle(slow);
      const { state, note, moves } = planOf(await api.call("GET", `/plans/${plan}`));
      expect([state, note?.includes("9000 ms at p95")]).toEqual(["rolled_back", true]);
      const returns = await returnsOf(api);
      expect(returns.map((move) => move.component)).toEqual(moves.map((move) => move.component).reverse());
      expect(returns.every(({ way, state: of }) => way === "west to east" && of === "pending")).toBe(true);
      expect(returns[0]?.reason).toContain(`${plan} made it worse`);
    }));
  test("goes back as a whole where neither of two may be without the other", () =>
    withApi("returns", async (api) => {
      const { planner } = await moved(api, true);
      await planner.settle(slow);
      const returns = (await createMigrationStore(api.database, readRegistry).list({ limit: 10 })).filter(
        ({ planId }) => planId === null,
      );
      expect(returns.map(({ componentKey }) => componentKey).sort()).toEqual(["shop/cart", "shop/front"]);
      const registry = await api.database.transaction(readRegistry);
      expect(returns.map((migration) => forbiddenBy(migration, registry, new Date()))).toEqual([null, null]);
    }));
  test("is settled once, however often and by however many it is looked at: its returns are ordered once", () =>
    withApi("returns", async (api) => {
      const { planner } = await moved(api);
      await Promise.allSettled([planner.settle(slow), planner.settle(slow), planner.settle(slow)]);
      await planner.settle(slow);
      expect(await returnsOf(api)).toHaveLength(2);
      const told = async (type: string, is: (data: unknown) => boolean): Promise<number> =>
        (await api.database.prisma.event.findMany({ where: { type } })).filter(({ data }) => is(data)).length;
      expect(await told("plan.changed", (data) => (data as { state: string }).state === "rolled_back")).toBe(1);
      const completed = (data: unknown): boolean =>
        (data as { receipt: { verdict: string } | null }).receipt?.verdict === "missed";
      expect(await told("migration.changed", completed)).toBe(2);
    }));
  test("is measured from the last switch of its moves: until then calls between them went the long way", () =>
    withApi("returns", async (api) => {
      const { planner, plan } = await moved(api);
      const [first] = await api.database.prisma.migration.findMany({
        where: { planId: plan },
        orderBy: { id: "asc" },
      });
      const since = new Date(Date.now() - 20_000);
      const result = { since: since.toISOString(), observedMs: 20_000, requests: 10, errors: 0, latencyMsP95: 12 };
      await api.database.prisma.migrationStep.updateMany({
        where: { migrationId: first?.id ?? "", name: "watch" },
        data: { result },
      });
      const asked: Date[] = [];
      await planner.settle((_component, from) => (asked.push(from), quick()));
      expect(asked).toEqual([since, since]);
    }));
  test.each([
    ["goes back with the one of it that went back by itself", null, [["shop/cart", "west to east"]]],
    ["stays where a person took one of it back", { kind: "rollback", reason: "no", by: "ann" }, []],
  ])("%s", (_what, requested, expected) =>
    withApi("returns", async (api) => {
      const { planner, plan } = await moved(api);
      const where = { planId: plan, componentKey: "shop/front" };
      const data = { state: "rolled_back", error: "users get 900 ms", ...(requested === null ? {} : { requested }) };
      await api.database.prisma.migration.updateMany({ where, data });
      await api.database.prisma.instance.updateMany({ where: { componentKey: "shop/front" }, data: { dataCenter: "east" } });
      await planner.settle(quick);
      const { state, note } = planOf(await api.call("GET", `/plans/${plan}`));
      expect(state).toBe("rolled_back");
      expect((await returnsOf(api)).map(({ component: key, way }) => [key, way])).toEqual(expected);
      if (requested === null) expect(note).toContain("shop/front went back: users get 900 ms");
    }),
  );
  test("has failed, and says why, where nothing of it can go back", () =>
    withApi("returns", async (api) => {
      const { planner, plan } = await moved(api);
      await api.database.prisma
        .$executeRaw`update data_center set spec = jsonb_set(spec, '{cordoned}', 'true') where name = 'east'`;
      await planner.settle(slow);
      const { state, note } = planOf(await api.call("GET", `/plans/${plan}`));
      expect(state).toBe("failed");
      expect(note).toContain("shop/cart stays in west: ");
      expect(await returnsOf(api)).toEqual([]);
    }));
  test("stays where its promise was kept, with receipts that were measured behind the last move", () =>
    withApi("returns", async (api) => {
      const { planner, plan } = await moved(api);
      await planner.settle(quick);
      expect(planOf(await api.call("GET", `/plans/${plan}`)).state).toBe("succeeded");
      expect(await returnsOf(api)).toEqual([]);
      const receipts = await api.database.prisma.migration.findMany({ where: { planId: plan }, select: { receipt: true } });
      expect(receipts.map(({ receipt }) => (receipt as { verdict: string }).verdict)).toEqual(["kept", "kept"]);
    }));
});
