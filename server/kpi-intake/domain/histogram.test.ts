import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyCounts, merge, observe, quantile, shareWithin } from "./histogram.ts";

const countsOf = (values: readonly number[]): number[] => {
  const counts = emptyCounts();
  for (const value of values) observe(counts, value);
  return counts;
};
const latencies = fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { maxLength: 200 });

describe("latency histograms", () => {
  test("merging is adding: no order of arrival changes the result", () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        expect(merge(countsOf(a), countsOf(b))).toEqual(countsOf([...b, ...a]));
      }),
    );
  });
  test("a higher share never has a lower latency", () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const counts = countsOf(values);
        expect(quantile(counts, 0.5) ?? 0).toBeLessThanOrEqual(quantile(counts, 0.95) ?? 0);
      }),
    );
  });
  test("the share within a quantile's latency is that quantile, and more time never holds fewer requests", () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 20_000, noNaN: true }), (values, ms) => {
        const counts = countsOf(values);
        const median = quantile(counts, 0.5);
        if (median !== null && median < 10_000) expect(shareWithin(counts, median)).toBeCloseTo(0.5, 6);
        expect(shareWithin(counts, ms) ?? 0).toBeLessThanOrEqual(shareWithin(counts, ms * 2 + 1) ?? 0);
      }),
    );
  });
  test("nothing measured is null, never 0", () => {
    expect(quantile(emptyCounts(), 0.95)).toBeNull();
    expect(shareWithin(emptyCounts(), 100)).toBeNull();
  });
});
