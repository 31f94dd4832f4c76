import { describe, expect, test } from "vitest";
import { emptyCounts, observe } from "../../kpi-intake/domain/histogram.ts";
import { BUCKET_MS, type Bucket } from "../../performance-analysis/domain/bucket.ts";
import type { Breach } from "../../performance-analysis/domain/breach.ts";
import { NOW, registryOf } from "../../testing/builders/planning-world.ts";
import { findAlerts, type AlertInput, type OpenPlan } from "./find-alerts.ts";

const registry = registryOf({
  places: [{ name: "west" }, { name: "east" }],
  components: [{ name: "cart", place: "west" }],
});
const calm: AlertInput = { registry, breaches: [], buckets: [], plans: [], moves: [], stops: [], agents: [], now: NOW };
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);
const slow: Breach = {
  kind: "user-latency",
  subject: "shop/cart",
  component: "shop/cart",
  dataCenter: null,
  region: "North America",
  since: ago(120_000),
  value: 180,
  limit: 100,
  message: "users of shop/cart in North America get 180 ms at p95, the target is 100 ms",
};
const plan = (id: string, component: string, from = "west", expiresInMs = 3_600_000): OpenPlan => ({
  id,
  expiresAt: new Date(NOW.getTime() + expiresInMs),
  summary: `Move ${component}`,
  moves: [{ component, from }],
});
const histogram = (ms: number, requests: number): number[] => {
  const counts = emptyCounts();
  for (let index = 0; index < requests; index += 1) observe(counts, ms);
  return counts;
};
/** A minute in which callers waited `feltMs` and instances took `insideMs`. */
const minute = (feltMs: number, insideMs: number, errors = { gateway: 0, agents: 0 }): Bucket[] =>
  Array.from({ length: 6 }, (_, index) => ({
    atMs: NOW.getTime() - (index + 1) * BUCKET_MS,
    flows: [
      {
        component: "shop/cart",
        entry: "west",
        dataCenter: "west",
        user: true,
        region: "North America",
        accessMs: 5,
        requests: 20,
        errors: errors.gateway,
        counts: histogram(feltMs, 20),
      },
    ],
    instances: [
      {
        component: "shop/cart",
        dataCenter: "west",
        instance: "shop.cart.1",
        windowMs: BUCKET_MS,
        requests: 20,
        errors: errors.agents,
        counts: histogram(insideMs, 20),
        cpuMillicores: 50,
        memoryMiB: 50,
      },
    ],
    links: [],
  }));
const onlyAlert = (input: Partial<AlertInput>) => {
  const alerts = findAlerts({ ...calm, ...input });
  expect(alerts).toHaveLength(1);
  const [alert] = alerts;
  if (!alert) throw new Error("no alert");
  return alert;
};

test("a calm world has no alert", () => {
  expect(findAlerts(calm)).toEqual([]);
});

describe("the cause keeps the gateway's view and the agents' apart", () => {
  test.each([
    [200, 20, /on the way/],
    [200, 190, /in the component/],
  ])("callers wait %d ms, instances take %d ms", (felt, inside, words) => {
    const { cause } = onlyAlert({ breaches: [slow], buckets: minute(felt, inside) });
    expect(cause.conclusion).toMatch(words);
    expect(cause.gateway?.latencyMsP95).toBeCloseTo(felt, -1);
    expect(cause.agents?.latencyMsP95).toBeCloseTo(inside, -1);
    expect(cause.gateway?.requestsPerSecond).toBeCloseTo(2);
  });
  test.each([
    [{ gateway: 10, agents: 10 }, /Instances themselves fail/],
    [{ gateway: 10, agents: 0 }, /before they reach an instance/],
  ])("failures %j", (errors, words) => {
    const breach: Breach = { ...slow, kind: "error-rate", dataCenter: "west", region: null };
    expect(onlyAlert({ breaches: [breach], buckets: minute(20, 10, errors) }).cause.conclusion).toMatch(words);
  });
  test("nobody has seen anything: that is said, not guessed", () => {
    expect(onlyAlert({ breaches: [slow] }).cause).toEqual({
      conclusion: expect.stringContaining("Neither") as string,
      gateway: null,
      agents: null,
    });
  });
});

describe("the plan that would help", () => {
  test("moves the component", () => {
    expect(onlyAlert({ breaches: [slow], plans: [plan("pln_2", "shop/ad"), plan("pln_1", "shop/cart")] }).plan).toBe("pln_1");
    expect(onlyAlert({ breaches: [slow], plans: [plan("pln_2", "shop/ad")] }).plan).toBeNull();
  });
  test("or takes something away from a place that is full", () => {
    const full: Breach = { ...slow, kind: "place-full", subject: "west", component: null, dataCenter: "west", region: null };
    expect(onlyAlert({ breaches: [full], plans: [plan("pln_1", "shop/ad", "east"), plan("pln_2", "shop/ad")] })).toMatchObject({
      id: "place-full:west",
      object: { kind: "DataCenter", id: "west" },
      plan: "pln_2",
    });
  });
});

test("the id stays while the same thing is wrong, and differs by region and place", () => {
  const id = (breach: Partial<Breach>): string => onlyAlert({ breaches: [{ ...slow, ...breach }] }).id;
  expect(id({ value: 999, since: NOW, message: "other" })).toBe(id({}));
  expect(new Set([id({}), id({ region: "Europe" }), id({ region: null, dataCenter: "west" })]).size).toBe(3);
  expect(id({})).toMatch(/^[A-Za-z0-9:-]+$/);
});

test("a plan that nobody decides on is told before it ends, and not long before", () => {
  expect(findAlerts({ ...calm, plans: [plan("pln_1", "shop/cart")] })).toEqual([]);
  expect(onlyAlert({ plans: [plan("pln_1", "shop/cart", "west", 300_000)] })).toMatchObject({
    kind: "plan-expiring",
    plan: "pln_1",
  });
  expect(findAlerts({ ...calm, plans: [plan("pln_1", "shop/cart", "west", -1)] })).toEqual([]);
});

test("a plan that nobody can decide on is not told: without moves, or with a component whose plans are not run", () => {
  const soon = plan("pln_1", "shop/cart", "west", 300_000);
  expect(findAlerts({ ...calm, plans: [{ ...soon, moves: [] }] })).toEqual([]);
  const told = (mode: string): number => {
    const places = [{ name: "west" }, { name: "east" }];
    const components = ["cart", "ad"].map((name) => ({ name, place: "west" }));
    const policy = { mode: "approve", componentModes: { "shop/ad": mode } };
    const moves = [...soon.moves, { component: "shop/ad", from: "west" }];
    return findAlerts({ ...calm, registry: registryOf({ places, components, policy }), plans: [{ ...soon, moves }] }).length;
  };
  expect(["observe", "recommend", "approve", "auto"].map(told)).toEqual([0, 0, 1, 1]);
});

test("what degrades is told since the first of its instances went away, not since the others came", () => {
  const days = 5 * 86_400_000;
  const [one] = registry.instances;
  if (!one) throw new Error("no instance");
  const instances = [
    { ...one, changedAt: ago(days) },
    { ...one, name: "shop.cart.2", changedAt: ago(days) },
    { ...one, name: "shop.cart.3", state: "starting" as const, changedAt: ago(60_000) },
  ];
  expect(onlyAlert({ registry: { ...registry, instances } })).toMatchObject({ kind: "component-degraded", since: ago(60_000) });
});

test("failed moves, those that gave up, and missed promises are told for a day", () => {
  const quiet = { failed: null, gaveUp: null, missed: false };
  const move = { id: "mig_1", component: "shop/cart", to: "east", endedAt: ago(3_600_000), ...quiet, missed: true };
  expect(onlyAlert({ moves: [move] })).toMatchObject({ kind: "receipt-missed", severity: "warning" });
  expect(onlyAlert({ moves: [{ ...move, failed: "no disk" }] })).toMatchObject({
    kind: "migration-failed",
    severity: "critical",
    message: "the move of shop/cart to east failed: no disk",
  });
  expect(onlyAlert({ moves: [{ ...move, ...quiet, gaveUp: "no disk" }] })).toMatchObject({
    kind: "migration-failed",
    message: "the move of shop/cart to east gave up: no disk",
  });
  expect(findAlerts({ ...calm, moves: [{ ...move, ...quiet }] })).toEqual([]);
  expect(findAlerts({ ...calm, moves: [{ ...move, endedAt: ago(25 * 3_600_000) }] })).toEqual([]);
});

test("auto-run that has stopped is told until it runs again, with why, and no plan would help", () => {
  const stop = { policy: "default", since: ago(60_000), why: "shop/cart missed its promise (mig_1)" };
  expect(onlyAlert({ stops: [stop], plans: [plan("pln_1", "shop/cart")] })).toMatchObject({
    id: "auto-run-stopped:default",
    severity: "warning",
    object: { kind: "Policy", id: "default" },
    since: stop.since,
    message: expect.stringContaining("mig_1") as string,
    plan: null,
  });
});

test("an agent is silent when it spoke before, or stands beside an instance that serves", () => {
  const agent = { id: "agt_1", name: "one", components: ["shop/cart"], createdAt: ago(9e6), lastSeenAt: ago(120_000) };
  expect(onlyAlert({ agents: [agent] })).toMatchObject({ kind: "agent-silent", object: { kind: "Agent", id: "agt_1" } });
  expect(findAlerts({ ...calm, agents: [{ ...agent, lastSeenAt: ago(5_000) }] })).toEqual([]);
  expect(findAlerts({ ...calm, agents: [{ ...agent, lastSeenAt: null }] })).toEqual([]);
});

test("the worst stands first, then what lasts longest", () => {
  const failing: Breach = { ...slow, kind: "error-rate", dataCenter: "west", region: null, since: NOW };
  const old: Breach = { ...slow, region: "Europe", since: ago(9e6) };
  expect(findAlerts({ ...calm, breaches: [slow, failing, old] }).map(({ kind, region }) => [kind, region])).toEqual([
    ["error-rate", null],
    ["user-latency", "Europe"],
    ["user-latency", "North America"],
  ]);
});
