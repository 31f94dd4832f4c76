import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyCounts } from "./histogram.ts";
import { mergeSmallCells, type CellSum } from "./small-cells.ts";

/** A grid of our own: a cell's name is its digits, its parent at a resolution the first so many and one. */
const parentOf = (cell: string, resolution: number): string => cell.slice(0, resolution + 1);
const cellSums: fc.Arbitrary<CellSum[]> = fc.array(
  fc.record({
    cell: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 5, maxLength: 5 }).map((digits) => digits.join("")),
    country: fc.constantFrom("DE", "FR", null),
    requests: fc.nat(12),
    counts: fc.constant(emptyCounts()),
  }),
  { maxLength: 60 },
);
const options = { resolution: 4, fewest: 5, parentOf };
const total = (sums: readonly { readonly requests: number }[]): number => sums.reduce((sum, { requests }) => sum + requests, 0);

test("merging keeps every request: what the cells hold and the rest are what was there", () => {
  fc.assert(
    fc.property(cellSums, (sums) => {
      const { cells, rest } = mergeSmallCells(sums, options);
      expect(total(cells) + rest.requests).toBe(total(sums));
    }),
  );
});

test("no cell holds fewer requests than could be one person's", () => {
  fc.assert(
    fc.property(cellSums, (sums) => {
      const { cells } = mergeSmallCells(sums, options);
      expect(cells.every(({ requests }) => requests >= 5)).toBe(true);
    }),
  );
});

test("a cell that is large enough stays as it is; a small one goes no further up than it must", () => {
  const sum = (cell: string, requests: number): CellSum => ({ cell, country: "DE", requests, counts: emptyCounts() });
  const { cells, rest } = mergeSmallCells([sum("aaaaa", 9), sum("aaaab", 3), sum("aaaac", 2), sum("bbbbb", 1)], options);
  expect(cells.map(({ cell, requests }) => [cell, requests])).toEqual([
    ["aaaaa", 9],
    ["aaaa", 5],
  ]);
  expect(rest.requests).toBe(1);
});

test("a cell on a border tells a country only where that hides a single person", () => {
  const sum = (country: string, requests: number): CellSum => ({ cell: "aaaaa", country, requests, counts: emptyCounts() });
  const countryOf = (...sums: CellSum[]): unknown => mergeSmallCells(sums, options).cells[0]?.country;
  expect(countryOf(sum("DE", 7), sum("FR", 2))).toBe("DE");
  expect(countryOf(sum("DE", 3), sum("FR", 2))).toBeNull();
});
