import { afterAll, beforeAll, expect, test } from "vitest";
import { seedShop, startApi, type TestApi } from "./api.ts";

/** The world as it was, by the API over a real database: what is written down of moves is enough to say where everything ran. */
let api: TestApi;

beforeAll(async () => {
  api = await startApi("history");
  await seedShop(api);
  const { prisma } = api.database;
  const [row] = await prisma.instance.findMany({ where: { componentKey: "shop/cart" } });
  const at = (minutesAgo: number): Date => new Date(Date.now() - minutesAgo * 60_000);
  await prisma.component.updateMany({ data: { createdAt: at(60) } });
  await prisma.instance.deleteMany({ where: { componentKey: "shop/cart" } });
  await prisma.instance.create({
    data: {
      name: row?.name ?? "shop.cart.1",
      componentKey: "shop/cart",
      dataCenter: "west",
      state: "ready",
      epoch: 2,
      version: "1",
      host: "127.0.0.1",
      port: 1,
    },
  });
  await prisma.migration.create({
    data: {
      id: "mig_past",
      componentKey: "shop/cart",
      from: "east",
      to: "west",
      state: "succeeded",
      step: "retire",
      stateKind: "full",
      epochFrom: 1,
      epochTo: 2,
      pointOfNoReturnAt: at(20),
      reason: "nearer",
      requestedBy: { kind: "user", name: "ann" },
      context: { sources: [], targets: [], pauseBudgetMs: 1, holdDeadlineMs: 1, watchMs: 1 },
      held: { now: 0, max: 0, total: 0, failed: 0 },
      createdAt: at(21),
      endedAt: at(19),
      steps: { create: [{ name: "commit", ordinal: 7, state: "succeeded", startedAt: at(20.5), endedAt: at(20) }] },
    },
  });
});
afterAll(() => api.close());

const placesAt = async (minutesAgo: number) => {
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const { status, body } = await api.call("GET", `/history?at=${at}`, { role: "viewer" });
  expect(status).toBe(200);
  const { placements, migrations } = body as unknown as {
    placements: { component: string; dataCenter: string }[];
    migrations: { id: string; state: string }[];
  };
  return {
    cart: placements.filter(({ component }) => component === "shop/cart").map(({ dataCenter }) => dataCenter),
    moving: migrations.map(({ id, state }) => `${id} ${state}`),
  };
};

test("before a move its component ran where it came from, behind it where it went, and before it was registered nowhere", async () => {
  expect(await placesAt(30)).toEqual({ cart: ["east"], moving: [] });
  expect(await placesAt(20.2)).toEqual({ cart: ["east"], moving: ["mig_past running"] });
  expect(await placesAt(19.5)).toEqual({ cart: ["west"], moving: ["mig_past running"] });
  expect(await placesAt(10)).toEqual({ cart: ["west"], moving: [] });
  expect(await placesAt(120)).toEqual({ cart: [], moving: [] });
});

test("a time that is none, or still to come, is refused with its path", async () => {
  for (const at of ["soon", new Date(Date.now() + 3_600_000).toISOString()]) {
    const { status, body } = await api.call("GET", `/history?at=${at}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: "at" }] });
  }
});
