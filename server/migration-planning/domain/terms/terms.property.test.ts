import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { only, registryOf } from "../../../testing/builders/planning-world.ts";
import { carbon } from "./carbon.ts";
import { cost } from "./cost.ts";
import { dependency } from "./dependency.ts";
import { headroom } from "./headroom.ts";
import { combine, scoreTerms } from "./index.ts";
import { errorScore, latencyScore, performance, throughputScore } from "./performance.ts";
import { nearness, proximity } from "./proximity.ts";
import { stability } from "./stability.ts";
import type { TermQuestion } from "./term.ts";

const worldOf = (spec: Readonly<Record<string, unknown>> = {}) =>
  registryOf({ places: [{ name: "a", country: "DE" }], components: [{ name: "cart", place: "a", spec }] });
const component = only(worldOf().components);
const place = only(worldOf().dataCenters);
const ask = (change: Partial<TermQuestion> = {}): TermQuestion => ({
  component,
  place,
  service: { latencyMsP95: 100, requestsPerSecond: 10, errorRate: 0, instances: 1 },
  users: [{ rttMs: 40, requestsPerSecond: 10 }],
  calls: [{ rttMs: 10, callsPerSecond: 5 }],
  cost: { usdPerHour: 2, least: 1, most: 3 },
  freeShare: 0.5,
  isPresent: false,
  hoursSinceMove: null,
  ...change,
});
const withSpec = (spec: Readonly<Record<string, unknown>>) => only(worldOf(spec).components);
const ms = fc.double({ min: 0, max: 5_000, noNaN: true });
const amount = fc.double({ min: 0.001, max: 1_000, noNaN: true });

/** `score` never rises while its argument does. */
const falls = (score: (value: number) => number, values: fc.Arbitrary<number>) =>
  fc.assert(fc.property(values, values, (x, y) => score(Math.min(x, y)) >= score(Math.max(x, y)) - 1e-9));

describe("every formula is monotone", () => {
  test("a slower component never scores higher", () => falls((p95) => latencyScore(p95, 120), ms));
  test("more load than declared never scores higher", () => falls((rps) => throughputScore(rps, 200), amount));
  test("more failures never score higher", () =>
    falls((rate) => errorScore(rate, 0.001), fc.double({ min: 0, max: 1, noNaN: true })));
  test("a longer way never scores higher", () => falls(nearness, ms));
  test("users further away never raise proximity", () =>
    falls(
      (rttMs) =>
        proximity.score(
          ask({
            users: [
              { rttMs, requestsPerSecond: 3 },
              { rttMs: 20, requestsPerSecond: 1 },
            ],
          }),
        ) ?? 0,
      ms,
    ));
  test("dependencies further away never raise the score", () =>
    falls(
      (rttMs) =>
        dependency.score(
          ask({
            calls: [
              { rttMs, callsPerSecond: 3 },
              { rttMs: 20, callsPerSecond: 1 },
            ],
          }),
        ) ?? 0,
      ms,
    ));
  test("a dearer place never scores higher", () =>
    falls(
      (usdPerHour) => cost.score(ask({ cost: { usdPerHour, least: 1, most: 1_000 } })) ?? 0,
      fc.double({ min: 1, max: 1_000, noNaN: true }),
    ));
  test("a dirtier grid never scores higher", () =>
    falls(
      (gramsPerKWh) => carbon.score(ask({ place: { ...place, spec: { ...place.spec, carbon: { gramsPerKWh } } } })) ?? 0,
      amount,
    ));
  test("a fuller place never scores higher", () =>
    falls((full) => headroom.score(ask({ freeShare: 1 - full })) ?? 0, fc.double({ min: -1, max: 2, noNaN: true })));
  test("a move that is longer ago is never held against it more", () =>
    falls((ago) => -(stability.score(ask({ hoursSinceMove: ago })) ?? 0), amount));
  test("performance falls with each of its three parts", () => {
    const service = { latencyMsP95: 100, requestsPerSecond: 10, errorRate: 0, instances: 1 };
    const declared = withSpec({ performance: { latencyMsP95: 120, throughputRps: 200, errorRate: 0.001 } });
    const score = (change: Partial<typeof service>): number =>
      performance.score(ask({ component: declared, service: { ...service, ...change } })) ?? 0;
    falls((latencyMsP95) => score({ latencyMsP95 }), ms);
    falls((requestsPerSecond) => score({ requestsPerSecond }), amount);
    falls((errorRate) => score({ errorRate }), fc.double({ min: 0, max: 1, noNaN: true }));
  });
});

test("every term stays within 0 and 100, whatever it is asked", () => {
  const question = fc.record({
    service: fc.option(
      fc.record({
        latencyMsP95: fc.option(ms),
        requestsPerSecond: amount,
        errorRate: fc.double({ min: 0, max: 1, noNaN: true }),
        instances: fc.nat(9),
      }),
    ),
    users: fc.array(fc.record({ rttMs: ms, requestsPerSecond: amount })),
    calls: fc.array(fc.record({ rttMs: ms, callsPerSecond: amount })),
    cost: fc.option(fc.record({ usdPerHour: amount, least: amount, most: amount })),
    freeShare: fc.double({ min: -5, max: 1, noNaN: true }),
    isPresent: fc.boolean(),
    hoursSinceMove: fc.option(amount),
  });
  fc.assert(
    fc.property(question, (change) => {
      for (const value of Object.values(scoreTerms(ask(change))))
        if (value !== null) expect(value >= 0 && value <= 100 + 1e-9).toBe(true);
    }),
  );
});

test("a preference is a hint: ten points, and never past a hundred", () => {
  const preferring = withSpec({ placement: { prefer: { countries: ["DE"] } } });
  const near = ask({ users: [{ rttMs: 1, requestsPerSecond: 1 }] });
  const far = ask({ users: [{ rttMs: 200, requestsPerSecond: 1 }] });
  expect(proximity.score({ ...far, component: preferring })).toBeCloseTo((proximity.score(far) ?? 0) + 10);
  expect(proximity.score({ ...near, component: preferring })).toBe(100);
});

test("what is not known is null, never nought", () => {
  const terms = scoreTerms(ask({ service: null, users: [], calls: [], cost: null }));
  expect(terms).toMatchObject({ performance: null, proximity: null, dependency: null, cost: null, carbon: null });
});

describe("the combined score", () => {
  test("is the weighted mean over the terms that are known", () => {
    expect(combine({ performance: 80, proximity: 40 }, { performance: 50, proximity: 50 })).toBe(60);
    expect(combine({ performance: 80, proximity: null }, { performance: 50, proximity: 50 })).toBe(80);
    expect(combine({ performance: 80, cost: 0 }, { performance: 30, cost: 10 })).toBe(60);
  });
  test("is null where no weighted term is known", () => {
    expect(combine({ performance: 80 }, { cost: 1 })).toBeNull();
  });
});
