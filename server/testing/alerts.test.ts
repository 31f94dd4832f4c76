import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AlertDto, AlertsDto } from "../api/shapes/index.ts";
import { seedShop, startApi, type TestApi } from "./api.ts";

/** Alerts over a real database: what is wrong is found, silenced for all, and remembered when it is over. */
let api: TestApi;
beforeAll(async () => {
  api = await startApi("alerts");
  await seedShop(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.hear();
  await setState("ready");
});

const setState = async (state: string): Promise<void> => {
  await api.database.prisma.instance.updateMany({
    data: { state, lastExit: state === "failed" ? "SIGKILL" : null, changedAt: new Date() },
  });
};
const read = async (): Promise<AlertsDto> => (await api.call("GET", "/alerts", { role: "viewer" })).body as unknown as AlertsDto;
const find = async (id: string): Promise<AlertDto | undefined> => (await read()).items.find((alert) => alert.id === id);
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
const DOWN = "component-down:shop:cart";

test("nothing is wrong in a shop that serves", async () => {
  expect((await read()).items).toEqual([]);
});

test("a component without a ready instance and a silent place are critical, each with its object and since when", async () => {
  await setState("failed");
  await api.database.prisma.dataCenter.update({ where: { name: "west" }, data: { lastSeenAt: new Date(Date.now() - 60_000) } });
  const { items } = await read();
  expect(items.map(({ id, severity }) => [id, severity])).toEqual(
    expect.arrayContaining([
      [DOWN, "critical"],
      ["data-center-unreachable:west", "critical"],
    ]),
  );
  expect(await find(DOWN)).toMatchObject({
    object: { kind: "Component", id: "shop/cart" },
    dataCenter: "east",
    message: expect.stringContaining("SIGKILL") as string,
    plan: null,
    silence: null,
  });
});

test("what is wrong is read by pages as it is read whole, worst first", async () => {
  await setState("failed");
  await api.database.prisma.dataCenter.updateMany({ data: { lastSeenAt: new Date(Date.now() - 60_000) } });
  const whole = (await read()).items.map(({ id }) => id);
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/alerts?limit=1${cursor === null ? "" : `&cursor=${cursor}`}`;
    const page = (await api.call("GET", path, { role: "viewer" })).body as unknown as AlertsDto;
    expect(page.items).toHaveLength(1);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(whole.length).toBeGreaterThan(2);
  expect(ids).toEqual(whole);
});

test.each(["/breaches", "/auto-run"])("%s is a list like the others: items, a cursor, a limit of 1 to 500", async (path) => {
  const { status, body } = await api.call("GET", `${path}?limit=10`, { role: "viewer" });
  expect([status, body]).toEqual([200, { items: expect.any(Array) as unknown[], nextCursor: null }]);
  expect((await api.call("GET", `${path}?limit=501`, { role: "viewer" })).status).toBe(400);
});

test("a silence has a reason and an end, is everybody's, and is in the audit", async () => {
  await setState("failed");
  const body = { reason: "Known, its host is being replaced", until: inMinutes(30) };
  const silenced = await api.call("POST", `/alerts/${DOWN}/silence`, { role: "operator", body });
  expect([silenced.status, (silenced.body as unknown as AlertDto).silence?.reason]).toEqual([200, body.reason]);
  expect((await find(DOWN))?.silence).toMatchObject({ reason: body.reason, until: body.until, by: { name: "operator" } });
  const audit = await api.call("GET", `/audit?object=${DOWN}`, { role: "approver" });
  expect(audit.body).toMatchObject({
    items: [{ action: "alert.silence", reason: body.reason, object: { kind: "Alert", id: DOWN } }],
  });
  expect((await api.call("DELETE", `/alerts/${DOWN}/silence`, { role: "operator" })).status).toBe(204);
  expect((await find(DOWN))?.silence).toBeNull();
  expect((await api.call("DELETE", `/alerts/${DOWN}/silence`, { role: "operator" })).status).toBe(404);
});

test("a silence that is over counts no more", async () => {
  await setState("failed");
  await api.call("POST", `/alerts/${DOWN}/silence`, { body: { reason: "Seen", until: inMinutes(5) } });
  await api.database.prisma.alertSilence.updateMany({ data: { until: new Date(Date.now() - 1_000) } });
  expect((await find(DOWN))?.silence).toBeNull();
});

test.each([
  [{ reason: "", until: inMinutes(5) }, 400, "reason"],
  [{ reason: "x", until: inMinutes(-5) }, 400, "until"],
  [{ reason: "x", until: inMinutes(8 * 1440) }, 400, "until"],
])("a silence like %j is refused by its path", async (body, status, path) => {
  await setState("failed");
  const answer = await api.call("POST", `/alerts/${DOWN}/silence`, { body });
  expect([answer.status, (answer.body as unknown as { errors: { path: string }[] }).errors[0]?.path]).toEqual([status, path]);
});

test("nobody silences what is not there", async () => {
  const answer = await api.call("POST", "/alerts/cpu:shop:none/silence", { body: { reason: "x", until: inMinutes(5) } });
  expect(answer.status).toBe(404);
});

test("what is over stands in the history once, however often and by whomever it was noted", async () => {
  await setState("failed");
  const { alerts } = api.services;
  await Promise.all([alerts.note(), alerts.note()]);
  await alerts.note();
  const began = (await find(DOWN))?.since;
  await setState("ready");
  expect((await read()).ended).toEqual([]);
  await api.database.prisma.alertEpisode.updateMany({ data: { lastAt: new Date(Date.now() - 120_000) } });
  const { items, ended } = await read();
  expect(items).toEqual([]);
  expect(ended.filter(({ id }) => id === DOWN)).toEqual([expect.objectContaining({ severity: "critical", beganAt: began })]);
  await setState("failed");
  await alerts.note();
  expect(await api.database.prisma.alertEpisode.count({ where: { alert: DOWN } })).toBe(2);
});
