import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BINS,
  binOf,
  emptyCounts,
  LATENCY_BOUNDS_MS,
  observe,
  quantile,
  quantiles,
  rebin,
  shareWithin,
  shift,
  sumCounts,
} from "./histogram.ts";
import { fromPairs, packCounts, toPairs, unpackCounts } from "./packed-counts.ts";

const countsOf = (values: readonly number[]): number[] => {
  const counts = emptyCounts();
  for (const value of values) observe(counts, value);
  return counts;
};
const latency = fc.double({ min: 0, max: 80_000, noNaN: true });
const latencies = fc.array(latency, { maxLength: 200 });
const someLatencies = fc.array(fc.double({ min: 0.500001, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
const anyCounts = fc
  .array(fc.tuple(fc.nat(BINS - 1), fc.integer({ min: 1, max: 2_000_000_000 })), { maxLength: 60 })
  .map((pairs) => fromPairs(pairs.flat()));
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** The value at the rank that the histogram looks for. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

describe("latency histograms", () => {
  test("merging is adding: no order of arrival changes the result", () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        expect(sumCounts([countsOf(a), countsOf(b)])).toEqual(countsOf([...b, ...a]));
      }),
    );
  });
  test("every latency is in the one bin whose bounds hold it, also right at a bound", () => {
    const near = fc.nat(LATENCY_BOUNDS_MS.length - 1).chain((index) => {
      const bound = LATENCY_BOUNDS_MS[index] ?? 0;
      return fc.constantFrom(bound, bound * (1 + 1e-12), bound * (1 - 1e-12));
    });
    fc.assert(
      fc.property(fc.oneof(latency, near), (ms) => {
        const bin = binOf(ms);
        expect(ms).toBeLessThanOrEqual(LATENCY_BOUNDS_MS[bin] ?? Number.POSITIVE_INFINITY);
        if (bin > 0) expect(ms).toBeGreaterThan(LATENCY_BOUNDS_MS[bin - 1] ?? 0);
      }),
      { numRuns: 2_000 },
    );
  });
  test("from 0.5 ms to 60 s a quantile is at most 5 % away from the latency that was measured", () => {
    fc.assert(
      fc.property(someLatencies, fc.constantFrom(0.01, 0.5, 0.9, 0.95, 0.99, 1), (values, q) => {
        const exact = exactQuantile(values, q);
        expect(Math.abs((quantile(countsOf(values), q) ?? 0) - exact)).toBeLessThanOrEqual(0.05 * exact + 1e-9);
      }),
      { numRuns: 1_000 },
    );
  });
  test("several shares at once are the same as one by one", () => {
    fc.assert(
      fc.property(latencies, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }), (values, shares) => {
        const rising = [...shares].sort((a, b) => a - b);
        expect(quantiles(countsOf(values), rising)).toEqual(rising.map((share) => quantile(countsOf(values), share)));
      }),
    );
  });
  test("a higher share never has a lower latency", () => {
    fc.assert(
      fc.property(
        latencies,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          const counts = countsOf(values);
          expect(quantile(counts, Math.min(a, b)) ?? 0).toBeLessThanOrEqual(quantile(counts, Math.max(a, b)) ?? 0);
        },
      ),
    );
  });
  test("the share within a quantile's latency is that quantile, and more time never holds fewer requests", () => {
    fc.assert(
      fc.property(latencies, latency, (values, ms) => {
        const counts = countsOf(values);
        const median = quantile(counts, 0.5);
        if (median !== null && median < 60_000) expect(shareWithin(counts, median)).toBeCloseTo(0.5, 6);
        expect(shareWithin(counts, ms) ?? 0).toBeLessThanOrEqual(shareWithin(counts, ms * 2 + 1) ?? 0);
      }),
    );
  });
  test("nothing measured is null, never 0", () => {
    expect(quantile(emptyCounts(), 0.95)).toBeNull();
    expect(shareWithin(emptyCounts(), 100)).toBeNull();
  });
});

describe("a shift", () => {
  const delta = fc.double({ min: -90_000, max: 90_000, noNaN: true });
  test("keeps every request, whole, and none is faster than nothing", () => {
    fc.assert(
      fc.property(anyCounts, delta, (counts, deltaMs) => {
        const moved = shift(counts, deltaMs);
        expect(total(moved)).toBe(total(counts));
        expect(moved).toHaveLength(BINS);
        expect(moved.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      }),
    );
  });
  test("moves a quantile by so many ms, give or take the bins' width", () => {
    const values = fc.array(fc.double({ min: 1, max: 5_000, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.double({ min: -200, max: 5_000, noNaN: true }), (given, deltaMs) => {
        const moved = quantile(shift(countsOf(given), deltaMs), 0.9) ?? 0;
        const expected = Math.max(0.5, exactQuantile(given, 0.9) + deltaMs);
        // One bin of the histogram it came from, one of the one it goes to, and half a request of rounding.
        const before = exactQuantile(given, 0.9);
        const neighbours = [
          exactQuantile(given, 0.9 - 1 / given.length),
          exactQuantile(given, Math.min(1, 0.9 + 1 / given.length)),
        ];
        const slack = 0.06 * (before + expected) + 0.5;
        expect(moved).toBeGreaterThanOrEqual(Math.max(0, (neighbours[0] ?? 0) + deltaMs) - slack);
        expect(moved).toBeLessThanOrEqual(Math.max(0.5, (neighbours[1] ?? 0) + deltaMs) + slack);
      }),
    );
  });
  test("by nothing changes nothing, and later is never earlier", () => {
    fc.assert(
      fc.property(anyCounts, fc.double({ min: 0, max: 5_000, noNaN: true }), (counts, deltaMs) => {
        expect(shift(counts, 0)).toEqual(counts);
        expect(quantile(shift(counts, deltaMs), 0.5) ?? 0).toBeGreaterThanOrEqual((quantile(counts, 0.5) ?? 0) * 0.95);
      }),
    );
  });
  test("what has fractions keeps its mass, too", () => {
    fc.assert(
      fc.property(anyCounts, delta, (counts, deltaMs) => {
        const halves = counts.map((count) => count / 7);
        expect(total(shift(halves, deltaMs))).toBeCloseTo(total(halves), 3);
      }),
    );
  });
});

describe("a histogram of other bounds", () => {
  const bounds = fc
    .uniqueArray(fc.double({ min: 0.001, max: 200_000, noNaN: true }), { maxLength: 30 })
    .map((all) => all.sort((a, b) => a - b));
  const foreign = bounds.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.array(fc.nat(1_000_000), { minLength: all.length + 1, maxLength: all.length + 1 }),
      fc.nat(1_000_000),
    ),
  );
  test("keeps its total, whatever its bounds and its sum", () => {
    fc.assert(
      fc.property(foreign, ([given, counts, sum]) => {
        for (const sumMs of [null, sum]) {
          const ours = rebin(given, counts, sumMs);
          expect(total(ours)).toBe(total(counts));
          expect(ours.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
        }
      }),
    );
  });
  test("has as many below each of its bounds as before, within a bin", () => {
    fc.assert(
      fc.property(foreign, ([given, counts]) => {
        const ours = rebin(given, counts);
        given.forEach((bound, index) => {
          const before = total(counts.slice(0, index + 1));
          const bin = binOf(bound);
          expect(total(ours.slice(0, bin))).toBeLessThanOrEqual(before + 0.5);
          expect(total(ours.slice(0, bin + 1))).toBeGreaterThanOrEqual(before - 0.5);
        });
      }),
    );
  });
  test("spreads a wide bucket evenly, and takes from the sum where the rest above its last bound lies", () => {
    const ours = rebin([100, 200], [0, 1_000, 0]);
    expect(shareWithin(ours, 150)).toBeCloseTo(0.5, 1);
    const above = rebin([100], [0, 100], 100 * 400);
    expect(quantile(above, 0.5) ?? 0).toBeGreaterThan(360);
    expect(quantile(above, 0.5) ?? 0).toBeLessThan(440);
  });
});

describe("packed counts", () => {
  test("come back as they were, in a few bytes", () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        expect(unpackCounts(packCounts(counts))).toEqual(counts);
      }),
    );
    expect(packCounts(countsOf([3]))).toHaveLength(2);
  });
  test("one behind the other are the sum of both", () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, (a, b) => {
        expect(unpackCounts(Uint8Array.from([...packCounts(a), ...packCounts(b)]))).toEqual(sumCounts([a, b]));
      }),
    );
  });
  test("as pairs they come back, too", () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        expect(fromPairs(toPairs(counts))).toEqual(counts);
      }),
    );
  });
});
