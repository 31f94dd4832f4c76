import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyCounts, observe, quantile } from "../../../kpi-intake/domain/histogram.ts";
import { bucketsOf, evaluatorOf, only, registryOf, rttOf } from "../../../testing/builders/planning-world.ts";
import { driftOf, NO_DRIFT } from "./drift.ts";
import { latencyOf, later, meanOf, weighed } from "./latency.ts";
import { withMoves } from "./placement.ts";
import { promiseOf } from "./promise.ts";
import { slowestOf, waitAt } from "./waits.ts";
import { lowestRate } from "./wilson.ts";

const rtt = rttOf({ "west>east": 90, "west>south": 200, "east>south": 150 });
const places = [{ name: "west" }, { name: "east" }, { name: "south" }];
const calls = (component: string, callsPerRequest = 1) => ({ dependencies: [{ component, callsPerRequest }] });

describe("waits for links", () => {
  test("calls side by side wait for the slowest; what is called rarely is waited for rarely", () => {
    const waits = slowestOf([
      { probability: 1, waits: [{ ms: 90, probability: 1 }] },
      { probability: 0.1, waits: [{ ms: 200, probability: 1 }] },
    ]);
    expect(waits.map(({ ms }) => ms)).toEqual([90, 200]);
    expect(waitAt(waits, 0.5)).toBe(90);
    expect(waitAt(waits, 0.95)).toBe(200);
  });
  test("probabilities always sum to one", () => {
    const wait = fc.record({ ms: fc.nat(400), probability: fc.constant(1) });
    const call = fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), waits: wait.map((one) => [one]) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 6 }), (list) => {
        expect(slowestOf(list).reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe("latency as atoms", () => {
  const counts = fc
    .array(fc.double({ min: 0.6, max: 2_000, noNaN: true }), { minLength: 1, maxLength: 200 })
    .map((values) => values.reduce((sum, ms) => (observe(sum, ms), sum), emptyCounts()));
  test("no request is lost, and each is later by what was said", () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 500, noNaN: true }), (of, ms) => {
        const before = latencyOf(of);
        const after = later(before, () => ms);
        expect(after.share.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
        expect(meanOf(after)).toBeCloseTo(meanOf(before) + ms, 4);
      }),
    );
  });
  test("a quantile is what the histogram had, within its own bins", () => {
    fc.assert(
      fc.property(counts, (of) => {
        const [was, is] = [quantile(of, 0.95) ?? 0, quantile(weighed([{ latency: latencyOf(of), weight: 10 }]), 0.95) ?? 0];
        expect(Math.abs(is - was) / was).toBeLessThan(0.06);
      }),
    );
  });
});

describe("what users would get", () => {
  const registry = registryOf({
    places,
    components: [
      { name: "front", place: "west", spec: calls("back") },
      { name: "back", place: "west" },
    ],
  });
  const users = [{ component: "shop/front", entry: "east", requestsPerSecond: 20, servedIn: "west" }];
  const evaluator = evaluatorOf(registry, bucketsOf(users, rtt), rtt);
  const { present } = evaluator.model;
  const p95 = (moves: readonly { component: string; to: string }[]) =>
    evaluator.judge("shop/front", withMoves(present, moves))?.latencyMsP95 ?? 0;

  test("moving alone saves the users' link and pays it for the call", () => {
    expect(p95([])).toBeGreaterThan(100);
    expect(Math.abs(p95([{ component: "shop/front", to: "east" }]) - p95([]))).toBeLessThan(8);
  });
  test("moving with what it calls saves the link", () => {
    const both = [
      { component: "shop/front", to: "east" },
      { component: "shop/back", to: "east" },
    ];
    expect(p95([]) - p95(both)).toBeGreaterThan(80);
    expect(p95([]) - p95(both)).toBeLessThan(100);
  });
  test("moving only what it calls adds a link", () => {
    expect(p95([{ component: "shop/back", to: "east" }]) - p95([])).toBeGreaterThan(80);
  });
  test("the whole score follows the users, not the components", () => {
    const score = (moves: readonly { component: string; to: string }[]) =>
      evaluator.evaluate(withMoves(present, moves)).score ?? 0;
    expect(
      score([
        { component: "shop/front", to: "east" },
        { component: "shop/back", to: "east" },
      ]),
    ).toBeGreaterThan(score([]) + 10);
    expect(score([{ component: "shop/back", to: "south" }])).toBeLessThan(score([]));
  });
});

test("calls that are older than their caller's last move stand for calls from where it is now", () => {
  const components = [
    { name: "front", place: "east", spec: calls("back") },
    { name: "back", place: "east" },
  ];
  const at = { entry: "west", requestsPerSecond: 20, servedIn: "west" };
  const both = [
    { ...at, component: "shop/front" },
    { ...at, component: "shop/back" },
  ];
  const buckets = bucketsOf(both, rtt).map((bucket) => ({
    ...bucket,
    flows: bucket.flows.map((flow) => ({ ...flow, user: flow.component === "shop/front" })),
  }));
  const evaluator = evaluatorOf(registryOf({ places, components }), buckets, rtt);
  const { present } = evaluator.model;
  const p95 = (moves: Parameters<typeof withMoves>[1]) => evaluator.judge("shop/back", withMoves(present, moves))?.latencyMsP95;
  const back = { component: "shop/back", to: "south" };
  const local = p95([]) ?? 0;
  expect(local).toBeLessThan(40);
  expect(p95([back, { component: "shop/front", to: "south" }])).toBeCloseTo(local, 0);
  expect(p95([back]) ?? 0).toBeGreaterThan(local + 100);
});

describe("what is promised", () => {
  const registry = registryOf({ places, components: [{ name: "cart", place: "west" }] });
  const at = (entry: string, requestsPerSecond: number) => ({
    component: "shop/cart",
    entry,
    requestsPerSecond,
    servedIn: "west",
  });
  const groupsOf = (buckets: ReturnType<typeof bucketsOf>) =>
    evaluatorOf(registry, buckets, rtt).judge("shop/cart", new Map([["shop/cart", "west"]]))?.groups ?? [];

  test("lies inside its own interval, and fewer requests make that wider", () => {
    const widths = [200, 2].map((rate) => {
      const promised = promiseOf(groupsOf(bucketsOf([at("east", rate), at("south", rate / 10)], rtt)), {
        drift: NO_DRIFT,
        aheadMs: 0,
        measuredMs: 10_000,
      });
      const [low, high] = promised?.interval ?? [0, 0];
      expect(promised?.latencyMsP95).toBeGreaterThanOrEqual(low);
      expect(promised?.latencyMsP95).toBeLessThanOrEqual(high);
      return high - low;
    });
    expect(widths[1]).toBeGreaterThan(widths[0] ?? 0);
  });
  test("users who drift towards a slow link are inside the interval before they are there", () => {
    const moving = Array.from({ length: 30 }, (_, index) => {
      const bucket = only(bucketsOf([at("east", 30 - index * 0.9), at("south", 1 + index * 0.9)], rtt).slice(-1));
      return { ...bucket, atMs: bucket.atMs - (29 - index) * 10_000 };
    });
    const drift = driftOf(moving);
    expect(drift("south", 60_000)).toBeGreaterThan(1);
    expect(drift("east", 60_000)).toBeLessThan(1);
    const promised = promiseOf(groupsOf(moving), { drift, aheadMs: 120_000, measuredMs: 60_000 });
    const slow = bucketsOf([at("east", 1), at("south", 40)], rtt);
    const then = quantile(slow[0]?.flows[1]?.counts ?? [], 0.95) ?? 0;
    expect(promised?.interval[1]).toBeGreaterThanOrEqual(then * 0.95);
  });
});

test("a share of failures counts only as far as chance cannot explain it", () => {
  expect(lowestRate(0, 1_000)).toBe(0);
  expect(lowestRate(1, 300)).toBeLessThan(0.001);
  expect(lowestRate(300, 1_000)).toBeGreaterThan(0.27);
  expect(lowestRate(300, 1_000)).toBeLessThan(0.3);
});
