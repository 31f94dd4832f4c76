import { describe, expect, test } from "vitest";
import { decideMigration } from "./decide-migration.ts";

const settings = { weights: { performance: 50, proximity: 50 }, migrationThreshold: 60 };
const placed = { forbidden: [], otherTerms: {} };
const decide = (performance: readonly number[], proximity: readonly number[] | null, missing: readonly string[] = []) =>
  decideMigration(placed, { scores: performance, missing }, { scores: proximity }, settings);
const steady = (value: number, length = 12): number[] => Array.from({ length }, () => value);

describe("decideMigration, as the seed has it", () => {
  test("below the threshold on evidence makes a candidate, with the scores it rests on", () => {
    expect(decide(steady(70), steady(30))).toMatchObject({
      candidate: true,
      reason: "score",
      performanceScore: 70,
      proximityScore: 30,
      combinedScore: 50,
    });
  });
  test("on the threshold and above it stays", () => {
    expect(decide(steady(80), steady(40))).toMatchObject({ candidate: false, reason: "well-placed" });
    expect(decide(steady(95), steady(90))).toMatchObject({ candidate: false });
  });
  test("one bad sample is no reason to move", () => {
    expect(decide([...steady(80, 11), 0], [...steady(80, 11), 0])).toMatchObject({ candidate: false });
  });
  test("a fall that lasts is", () => {
    expect(decide([...steady(80, 4), ...steady(20, 8)], [...steady(80, 4), ...steady(20, 8)])).toMatchObject({ candidate: true });
  });
  test("a component that has recovered is none any more", () => {
    expect(decide([...steady(20, 8), ...steady(90, 10)], [...steady(20, 8), ...steady(90, 10)])).toMatchObject({
      candidate: false,
    });
  });
  test("insufficient evidence is said, not guessed", () => {
    expect(decide(steady(10), steady(10), ["40 requests in 2 min, 100 are needed"])).toMatchObject({
      candidate: false,
      reason: "insufficient-evidence",
    });
    expect(decide([], null)).toMatchObject({ candidate: false, reason: "insufficient-evidence", combinedScore: null });
  });
  test("without users of its own performance decides alone", () => {
    expect(decide(steady(50), null)).toMatchObject({ candidate: true, combinedScore: 50, proximityScore: null });
  });
  test("a place that a constraint forbids makes a candidate at once, whatever the score", () => {
    const forbidden = [{ constraint: "residency" as const, message: "country US is not in placement.allow.countries" }];
    expect(
      decideMigration({ forbidden, otherTerms: {} }, { scores: [], missing: ["nothing"] }, { scores: null }, settings),
    ).toMatchObject({
      candidate: true,
      reason: "forbidden",
    });
  });
  test("other weighted terms count as they stand", () => {
    const weights = { performance: 50, proximity: 0, cost: 50 };
    const decision = decideMigration(
      { forbidden: [], otherTerms: { cost: 0 } },
      { scores: steady(90), missing: [] },
      { scores: null },
      {
        ...settings,
        weights,
      },
    );
    expect(decision).toMatchObject({ candidate: true, combinedScore: 45 });
  });
});
