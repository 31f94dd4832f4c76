import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PairDto } from "../../server/api/shapes/index.ts";
import { binOf, differenceOf, MEASURES, matrixOf, mostDifferent, pairFacts, stepInGrid } from "./prepare.ts";

const pair = (from: string, to: string, rttMs: number, measuredMs: number | null = rttMs): PairDto => ({
  from,
  to,
  driver: "direct",
  givenRttMs: rttMs,
  estimatedRttMs: rttMs,
  measured:
    measuredMs === null
      ? null
      : {
          rttMsMin: measuredMs,
          rttMsP50: measuredMs,
          rttMsP95: measuredMs,
          jitterMs: 0.4,
          lossShare: 0,
          throughputMbps: null,
          probes: 10,
          lastAt: "2026-11-24T12:00:00.000Z",
        },
  rttMs,
  rttFrom: "given",
  egressUsdPerGiB: null,
  requestsPerSecond: null,
});
const both = (a: string, b: string, rttMs: number): PairDto[] => [pair(a, b, rttMs), pair(b, a, rttMs)];
const world = {
  at: "",
  windowMs: 300_000,
  dataCenters: ["fra", "iad", "dub", "pdx"],
  pairs: [
    ...both("fra", "dub", 24),
    ...both("iad", "pdx", 65),
    ...both("fra", "iad", 90),
    ...both("dub", "iad", 70),
    ...both("fra", "pdx", 150),
    ...both("dub", "pdx", 130),
  ],
};

describe("the matrix", () => {
  test("has every place once in each direction, near ones beside each other, and nothing on its diagonal", () => {
    const { names, rows } = matrixOf(world, "measured");
    expect(names).toEqual(["pdx", "iad", "dub", "fra"]);
    rows.forEach((row, index) => expect(row[index]).toMatchObject({ pair: null, text: "", bin: null }));
    expect(rows[0]?.[3]).toMatchObject({ from: "pdx", to: "fra", text: "150", bin: 6 });
  });
  test("a pair that nobody has measured is unknown, and not zero", () => {
    const { rows } = matrixOf({ ...world, pairs: [pair("fra", "dub", 24, null)] }, "measured");
    expect(rows.flat().every(({ value, bin }) => value === null && bin === null)).toBe(true);
  });
  test("every value has one of the seven colours; more throughput is calmer, a difference of nothing is the middle", () => {
    fc.assert(
      fc.property(fc.constantFrom(...MEASURES), fc.double({ min: -500, max: 5_000, noNaN: true }), (measure, value) => {
        expect([1, 2, 3, 4, 5, 6, 7]).toContain(binOf(measure, value));
      }),
    );
    expect(binOf("throughput", 900)).toBe(1);
    expect(binOf("throughput", 1)).toBe(7);
    expect(binOf("difference", 0)).toBe(4);
  });
  test("arrows stay inside it", () => {
    const keys = fc.constantFrom("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End");
    fc.assert(
      fc.property(fc.array(keys), fc.integer({ min: 1, max: 13 }), (pressed, size) => {
        let at = { row: 0, column: 0 };
        for (const key of pressed) at = stepInGrid(key, { ...at, size }) ?? at;
        expect(at.row >= 0 && at.row < size && at.column >= 0 && at.column < size).toBe(true);
      }),
    );
    expect(stepInGrid("a", { row: 0, column: 0, size: 3 })).toBeNull();
  });
});

describe("a pair", () => {
  test("is named where its manifest is farthest from the truth, faster or slower alike", () => {
    const pairs = [pair("a", "b", 100, 101), pair("a", "c", 100, 60), pair("b", "c", 100, 120), pair("c", "a", 100, null)];
    expect(mostDifferent(pairs, 2).map(({ differenceMs }) => differenceMs)).toEqual([-40, 20]);
    expect(differenceOf(pair("a", "b", 100, null))).toBeNull();
  });
  test("says which of its values decisions use, and how it differs from the way back", () => {
    const facts = new Map(pairFacts(pair("a", "b", 100, 104), pair("b", "a", 100, 101)));
    expect(facts.get("Used for decisions")).toBe("100 ms, as its manifest gives it");
    expect(facts.get("Asymmetry")).toBe("+3 ms against the way back");
    expect(facts.get("Throughput")).toBe("–");
    expect(new Map(pairFacts(pair("a", "b", 100, null), null)).get("Measured p50, p95")).toBe("not measured");
  });
});
