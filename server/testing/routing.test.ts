import { afterAll, beforeAll, expect, test } from "vitest";
import type { RoutingDto, SimulationDto } from "../api/shapes/index.ts";
import { packCounts } from "../kpi-intake/domain/packed-counts.ts";
import { emptyCounts, observe } from "../kpi-intake/domain/histogram.ts";
import type { RouteSnapshot } from "../routing-layer/domain/snapshot.ts";
import { seedShop, startApi, type TestApi } from "./api.ts";
import { answering, closeAll, component, snapshot, startGateway, startInstance, TOKEN, type TestGateway } from "./gateway.ts";

/** Routes as the API explains them, beside a real gateway that sends real requests by them. */
let gateway: TestGateway;
let api: TestApi;
let routes: RouteSnapshot;

beforeAll(async () => {
  gateway = await startGateway({ trusted: ["127.0.0.1"] });
  const [near, far] = [await startInstance(answering("near")), await startInstance(answering("far"))];
  const instances = [
    { place: "frankfurt", port: near.port },
    { place: "virginia", port: far.port },
  ];
  routes = snapshot(3, [component(instances, { stateKind: "stateless" })]);
  await gateway.publish(routes);
  const { url, adminUrl, internalUrl } = gateway;
  api = await startApi("routing", { url, adminUrl, internalUrl, token: TOKEN });
  await seedShop(api);
  await api.database.prisma.routeSnapshotRecord.create({ data: { version: 3, snapshot: routes } });
});
afterAll(async () => {
  closeAll();
  await api.close();
});

async function simulate(query: string): Promise<SimulationDto> {
  const { status, body } = await api.call("GET", `/routing/simulate?component=shop/cart&${query}`, { role: "viewer" });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as SimulationDto;
}

test.each([
  ["latitude=-23.55&longitude=-46.63", "virginia", "frankfurt"],
  ["latitude=48.85&longitude=2.35", "frankfurt", "virginia"],
  ["country=jp", "frankfurt", "virginia"],
])("a user at %s is told to go where the gateway sends them", async (query, chosen, runnerUp) => {
  const answer = await simulate(query);
  expect(answer).toMatchObject({ version: 3, chosen: { dataCenter: chosen }, runnerUp: { dataCenter: runnerUp } });
  expect(answer.entries[0]?.dataCenter).toBe(answer.entry);
  expect(answer.runnerUp?.latencyMs).toBeGreaterThan(answer.chosen?.latencyMs ?? Infinity);
});

test("an address is placed by the gateway's own lookup, and its request really goes there", async () => {
  for (const address of ["177.8.8.8", "81.169.145.1"]) {
    const said = await simulate(`address=${address}`);
    const sent = await fetch(`${gateway.url}/shop/cart/`, { headers: { "x-forwarded-for": address } });
    expect(sent.status).toBe(200);
    expect([said.entry, said.chosen?.dataCenter]).toEqual([
      sent.headers.get("geostitch-entry"),
      sent.headers.get("geostitch-data-center"),
    ]);
  }
  const measured = await simulate("address=81.169.145.1");
  expect(measured.chosen?.latencyFrom).toBe("measured");
  expect((await simulate("address=10.0.0.1")).notes.map(({ code }) => code)).toEqual(["unplaced"]);
});

test("what is being moved is said: a hold at the entry, a freeze", async () => {
  await gateway.hold({ deadlineMs: 60_000 });
  await api.call("POST", "/freeze", { body: { reason: "Payment incident", until: null } });
  const codes = (await simulate("country=DE")).notes.map(({ code }) => code);
  expect(codes).toEqual(["held", "frozen"]);
  await api.call("DELETE", "/freeze");
});

test("the table tells which entries have the newest routes, and where users of each went", async () => {
  const counts = emptyCounts();
  observe(counts, 42);
  const at = new Date(Math.floor(Date.now() / 10_000) * 10_000 - 20_000);
  await api.database.pool.query(
    "insert into traffic_sample values ($1, 'shop/cart', 'virginia', 'virginia', true, 'US', 'North America', null, 30, 0, $2, 0)",
    [at, Buffer.from(packCounts(counts))],
  );
  await api.database.prisma.routeSnapshotRecord.create({ data: { version: 4, snapshot: { ...routes, version: 4 } } });
  const { body } = await api.call("GET", "/routing", { role: "viewer" });
  const table = body as unknown as RoutingDto;
  expect(table).toMatchObject({ version: 4, gatewayProblem: null });
  expect(table.entries).toContainEqual(expect.objectContaining({ dataCenter: "virginia", version: 3, acknowledged: false }));
  const route = table.components[0]?.routes.find(({ entry }) => entry === "virginia");
  expect(route).toMatchObject({ chosen: { dataCenter: "virginia" }, share: 1, served: [{ dataCenter: "virginia" }] });
  expect(route?.served[0]?.latencyMsP95).toBeCloseTo(42, -1);
  expect((await api.call("GET", "/routing?component=shop/none", { role: "viewer" })).status).toBe(404);
});

test("a move that is tried is said, with both places and its share", async () => {
  const [cart] = routes.components;
  if (!cart) throw new Error("no component");
  const shares = [
    { dataCenter: "virginia", percent: 20 },
    { dataCenter: "frankfurt", percent: 80 },
  ];
  const tried = { ...routes, version: 5, components: [{ ...cart, shares }] };
  await api.database.prisma.routeSnapshotRecord.create({ data: { version: 5, snapshot: tried } });
  const message = "A move is tried on 20 % of its users: they are served in virginia, the others in frankfurt.";
  expect((await simulate("country=DE")).notes).toContainEqual({ code: "canary", message });
});

test.each([
  ["", "address"],
  ["address=nowhere", "address"],
  ["country=BRA", "country"],
  ["latitude=91&longitude=0", "latitude"],
  ["latitude=1", "longitude"],
  ["country=BR&address=8.8.8.8", "address"],
  ["country=QX", "country"],
])("a question like %s is refused by its path", async (query, path) => {
  const { status, body } = await api.call("GET", `/routing/simulate?component=shop/cart&${query}`, { role: "viewer" });
  expect([status, (body as unknown as { errors: { path: string }[] }).errors[0]?.path]).toEqual([400, path]);
});

test("a gateway that does not answer is said, and its routes are still told", async () => {
  const alone = await startApi("routing-alone");
  await alone.database.prisma.routeSnapshotRecord.create({ data: { version: 3, snapshot: routes } });
  const { body } = await alone.call("GET", "/routing/simulate?component=shop/cart&country=DE", { role: "viewer" });
  expect(body).toMatchObject({ chosen: { dataCenter: "frankfurt" }, notes: [{ code: "gateway-silent" }] });
  expect((await alone.call("GET", "/routing")).body).toMatchObject({ entries: [{ version: null, acknowledged: false }, {}] });
  await alone.close();
});
