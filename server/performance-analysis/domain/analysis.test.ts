import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketsOf, flowOf, NOW, registryOf, rttOf } from "../../testing/builders/planning-world.ts";
import { onsetOf } from "./breach.ts";
import { sumFlows, type Bucket, type Flow, type InstanceUse } from "./bucket.ts";
import { cusum } from "./cusum.ts";
import { ewma } from "./ewma.ts";
import { findBreaches } from "./find-breaches.ts";

const rtt = rttOf({ "west>east": 90 });
const registry = registryOf({
  places: [{ name: "west" }, { name: "east" }],
  components: [{ name: "cart", place: "west", spec: { resources: { cpu: "200m" } } }],
});
const at = (change: Partial<Parameters<typeof flowOf>[0]> = {}) => ({
  component: "shop/cart",
  entry: "west",
  requestsPerSecond: 20,
  servedIn: "west",
  ...change,
});
const calm = bucketsOf([at()], rtt, { minutes: 10 });
const breachesOf = (buckets: readonly Bucket[]) =>
  findBreaches({ registry, buckets, now: NOW, expectedRttMs: rtt }).map(({ kind, subject, since }) => ({ kind, subject, since }));
/** The same minutes, and something else in the last so many buckets. */
const then = (count: number, change: (bucket: Bucket) => Bucket): Bucket[] =>
  calm.map((bucket, index) => (index >= calm.length - count ? change(bucket) : bucket));
const use = (cpuMillicores: number): InstanceUse => ({
  component: "shop/cart",
  dataCenter: "west",
  instance: "shop.cart.1",
  windowMs: 10_000,
  requests: 0,
  errors: 0,
  counts: [],
  cpuMillicores,
  memoryMiB: 50,
});
const link = (rttMsP50: number) => ({ from: "west", to: "east", rttMsP50, probes: 5, lost: 0 });

describe("evidence over time", () => {
  test("EWMA follows a series and forgets its beginning; CUSUM tells when a change began", () => {
    expect(ewma([], 0.3)).toBeNull();
    expect(ewma([10, 10, 10], 0.3)).toBeCloseTo(10);
    expect(ewma([0, ...Array.from({ length: 40 }, () => 10)], 0.3)).toBeCloseTo(10, 3);
    expect(cusum([0, 0, 3, 3], { slack: 1, cap: 10 })).toEqual({ sum: 4, onset: 2 });
    expect(cusum([5, -9, 0], { slack: 1, cap: 10 })).toEqual({ sum: 0, onset: null });
  });
  test("one wild value is no breach, two clear ones are, and what is over is over", () => {
    const series = (values: readonly number[]) => values.map((excess, index) => ({ atMs: index * 10_000, excess }));
    expect(onsetOf(series([-1, -1, 100]))).toBeNull();
    expect(onsetOf(series([-1, 4, 4]))).toEqual(new Date(10_000));
    expect(onsetOf(series([4, 4, 4, -1]))).toBeNull();
  });
  test("late and shuffled flows add up to the same", () => {
    const flow = fc.record({ entry: fc.constantFrom("west", "east"), requestsPerSecond: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(fc.tuple(flow, fc.nat()), { minLength: 1, maxLength: 20 }), (list) => {
        const flows = list.map(([one]) => flowOf(at(one), rtt));
        const shuffled = [...list].sort(([, a], [, b]) => a - b).map(([one]) => flowOf(at(one), rtt));
        const sorted = (all: readonly Flow[]) => [...all].sort((a, b) => (a.entry < b.entry ? -1 : 1));
        expect(sorted(sumFlows(shuffled))).toEqual(sorted(sumFlows(flows)));
      }),
    );
  });
});

describe("breaches", () => {
  test("a calm world has none", () => expect(breachesOf(calm)).toEqual([]));
  test("a burst of errors is told with its onset", () => {
    const buckets = then(2, (bucket) => ({ ...bucket, flows: [flowOf(at({ errorShare: 0.2 }), rtt)] }));
    expect(breachesOf(buckets)).toEqual([{ kind: "error-rate", subject: "shop/cart", since: new Date(calm.at(-2)?.atMs ?? 0) }]);
  });
  test("a slow answer to users far away is theirs, not the instance's", () => {
    const buckets = then(3, (bucket) => ({ ...bucket, flows: [flowOf(at({ entry: "east", serviceMs: 60 }), rtt)] }));
    expect(breachesOf(buckets).map(({ kind }) => kind)).toContain("user-latency");
    expect(breachesOf(buckets).map(({ kind }) => kind)).not.toContain("latency");
  });
  test("an instance that takes more CPU than it asked for", () => {
    const idle = calm.map((bucket) => ({ ...bucket, instances: [use(60)] }));
    expect(breachesOf(idle)).toEqual([]);
    const busy = idle.map((bucket, index) => (index >= idle.length - 2 ? { ...bucket, instances: [use(600)] } : bucket));
    expect(breachesOf(busy)).toMatchObject([{ kind: "cpu", subject: "shop/cart" }]);
  });
  test("a link that is slower than it is said to be", () => {
    const usual = calm.map((bucket) => ({ ...bucket, links: [link(92)] }));
    expect(breachesOf(usual)).toEqual([]);
    const slow = usual.map((bucket, index) => (index >= usual.length - 2 ? { ...bucket, links: [link(250)] } : bucket));
    expect(breachesOf(slow)).toMatchObject([{ kind: "link", subject: "west/east" }]);
  });
  test("users who come in elsewhere than before", () => {
    const buckets = then(3, (bucket) => ({ ...bucket, flows: [flowOf(at({ entry: "east" }), rtt)] }));
    expect(breachesOf(buckets)).toContainEqual(expect.objectContaining({ kind: "users-moved", subject: "shop/cart" }));
  });
  test("a place without room", () => {
    const full = registryOf({
      places: [{ name: "west", cpu: "200m" }],
      components: [{ name: "cart", place: "west", spec: { resources: { cpu: "200m" } } }],
    });
    const breaches = findBreaches({ registry: full, buckets: calm, now: NOW, expectedRttMs: rtt });
    expect(breaches).toMatchObject([{ kind: "place-full", subject: "west" }]);
  });
});
