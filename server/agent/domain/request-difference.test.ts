import fc from "fast-check";
import { expect, test } from "vitest";
import type { RequestCounters } from "./request-counters.ts";
import { differenceOf, merge, NOTHING, totalOf } from "./request-difference.ts";

const page = (bounds: readonly number[], cumulative: readonly number[], errors = 0): RequestCounters => ({
  bounds,
  cumulative,
  sumSeconds: (cumulative.at(-1) ?? 0) * 0.1,
  errors,
  createdSeconds: null,
});

test("what is new is told bucket by bucket", () => {
  const difference = differenceOf(page([0.1, 1], [3, 5, 6], 1), page([0.1, 1], [4, 9, 11], 3));
  expect(difference).toEqual({ bounds: [0.1, 1], counts: [1, 3, 1], sumSeconds: 0.5, errors: 2 });
});

test("counters that fell began anew, the errors' own counter, too", () => {
  expect(differenceOf(page([1], [5, 9], 4), page([1], [1, 2], 1))).toMatchObject({ counts: [1, 1], errors: 1 });
  expect(differenceOf(page([1], [5, 9], 4), page([1], [6, 10], 1))).toMatchObject({ counts: [1, 0], errors: 1 });
});

test("a page with other bounds than before is compared where both have one: no request is lost, none is told twice", () => {
  const difference = differenceOf(page([0.1, 1, 5], [3, 5, 6, 6]), page([0.5, 1, 9], [7, 9, 9, 10]));
  expect(difference).toMatchObject({ bounds: [1], counts: [4, 0] });
});

test("differences can be put together in any order, and keep every request", () => {
  const bounds = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }).map((all) => all.sort((a, b) => a - b));
  const difference = bounds.chain((known) =>
    fc.array(fc.nat({ max: 50 }), { minLength: known.length + 1, maxLength: known.length + 1 }).map((counts) => ({
      bounds: known,
      counts,
      sumSeconds: 1,
      errors: 1,
    })),
  );
  fc.assert(
    fc.property(difference, difference, (a, b) => {
      expect(totalOf(merge(a, b))).toBe(totalOf(a) + totalOf(b));
      expect(merge(a, b).counts).toEqual(merge(b, a).counts);
      expect(merge(NOTHING, a)).toEqual(a);
    }),
  );
});
