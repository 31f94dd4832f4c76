import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentKeys } from "../../kpi-intake/index.ts";
import { seedShop, startApi, type TestApi } from "../../testing/api.ts";
import { createAgentStore } from "./inventory-store.ts";
import { createLeaseStore } from "./lease-store.ts";

/** Keys that lie in the database in another form than they are used in. */
const keys: AgentKeys = {
  seal: (key, agent) => `${agent}:${key}`,
  open: (stored, agent) => (stored.startsWith(`${agent}:`) ? stored.slice(agent.length + 1) : null),
};
let api: TestApi;
let term: number;

beforeAll(async () => {
  api = await startApi("agent_store");
  await seedShop(api);
  term = (await createLeaseStore(api.database.pool).acquire("test", 60_000)) ?? 0;
});
afterAll(() => api.close());

const store = () => createAgentStore(api.database, keys);

test("an instance gets one agent with a key of its own, which its record and the list of agents name", async () => {
  expect(await store().read()).toMatchObject({ items: [{ instance: "shop.cart.1", agent: null }], hasLeft: false });
  await store().enrol(term, ["shop.cart.1"]);
  await store().enrol(term, ["shop.cart.1"]);
  const { items } = await store().read();
  const [{ agent } = { agent: null }] = items;
  expect(items).toEqual([{ instance: "shop.cart.1", component: "shop/cart", dataCenter: "east", epoch: 1, agent }]);
  expect(agent?.secret).toMatch(/^whsec_/);
  expect((await api.call("GET", "/instances/shop.cart.1")).body).toMatchObject({ agent: agent?.id });
  const { body } = await api.call("GET", "/agents");
  expect(body).toMatchObject({ items: [{ id: agent?.id, name: "shop.cart.1", components: ["shop/cart"], lastSeenAt: null }] });
  expect(JSON.stringify(body)).not.toContain("whsec_");
});

test("a key that was rotated is told anew; one that cannot be read any more is replaced", async () => {
  const before = (await store().read()).items[0]?.agent;
  const id = before?.id ?? "";
  await api.database.prisma.agent.update({ where: { id }, data: { secret: keys.seal("whsec_next", id) } });
  expect((await store().read()).items[0]?.agent).toEqual({ id, secret: "whsec_next" });
  await api.database.prisma.agent.update({ where: { id }, data: { secret: "sealed by another" } });
  expect((await store().read()).items[0]?.agent).toBeNull();
  await store().enrol(term, ["shop.cart.1"]);
  expect((await store().read()).items[0]?.agent).toEqual({ id, secret: expect.stringMatching(/^whsec_.{20}/) as string });
});

test("an agent goes with its instance; a person's agent stays", async () => {
  await api.call("POST", "/agents", { body: { name: "by-hand", components: ["shop/cart"] } });
  await api.database.prisma.instance.deleteMany({ where: { name: "shop.cart.1" } });
  expect(await store().read()).toEqual({ items: [], hasLeft: true, isSwitching: false });
  await store().enrol(term, []);
  expect((await store().read()).hasLeft).toBe(false);
  expect((await api.call("GET", "/agents")).body).toMatchObject({ items: [{ name: "by-hand" }] });
});

test("who does not lead enrols nobody", async () => {
  await expect(store().enrol(term + 1, [])).rejects.toThrow("the lease of this orchestrator is over");
});
