import { describe, expect, test } from "vitest";
import { bestOverDay, possibleGainPercent } from "./best-place.ts";
import { dayWorld } from "./day-world.ts";
import { judgeMoves, limitsOf, type DayFigures, type DayMove } from "./judge-day.ts";

const move = (at: number, from: string, to: string, rest: Partial<DayMove> = {}): DayMove => ({
  id: `mig_${at}`,
  component: "shop/cart",
  from,
  to,
  plan: null,
  state: "succeeded",
  atHour: at,
  promisedMsP95: 100,
  promisedInterval: [90, 110],
  achievedMsP95: 101,
  pauseMs: 100,
  paybackHours: 1,
  verdict: "kept",
  failedRequests: 0,
  why: null,
  ...rest,
});
const figures = (p75: number): DayFigures => ({
  requests: 100,
  p50: 50,
  p75,
  p95: 300,
  failed: 0,
  lost: 0,
  doubled: 0,
  usd: { compute: 1, traffic: 1, waiting: 1, moves: 0 },
});

describe("a day's moves", () => {
  test("a way back within six hours is a reversal, whatever came in between; a later one is not", () => {
    expect(judgeMoves([move(1, "a", "b"), move(3, "b", "c"), move(5, "b", "a")]).reversals).toBe(1);
    expect(judgeMoves([move(1, "a", "b"), move(7, "b", "a")]).reversals).toBe(0);
    expect(judgeMoves([move(5, "b", "a"), move(1, "a", "b")]).reversals).toBe(1);
    expect(judgeMoves([move(1, "a", "b"), move(2, "b", "a", { component: "shop/ad" })]).reversals).toBe(0);
  });
  test("what was aborted is no move, and what could not be judged is neither kept nor missed", () => {
    const judged = judgeMoves([
      move(1, "a", "b"),
      move(8, "b", "c", { state: "aborted", verdict: null }),
      move(9, "b", "c", { verdict: "insufficient-data" }),
      move(16, "c", "a", { verdict: "missed", state: "rolled_back" }),
    ]);
    expect(judged).toMatchObject({ moves: 3, judged: 2, kept: 1, reversals: 0 });
  });
  test("nothing judged is nothing kept", () => {
    const limits = limitsOf(judgeMoves([]), figures(80), figures(100));
    expect(limits.map(({ reached }) => reached)).toEqual([false, false, true, true, true, true]);
  });
  test("a fifth less at p75 is asked for, not a little less", () => {
    const judgement = judgeMoves([1, 8, 15].map((at) => move(at, "a", "b")));
    const last = (auto: number): boolean | undefined => limitsOf(judgement, figures(auto), figures(100)).at(-1)?.reached;
    expect([last(80), last(81)]).toEqual([true, false]);
  });
});

test("nobody who knows the future does worse than staying", () => {
  const world = new URL("../../lab/worlds/three-continents/world.yaml", import.meta.url).pathname;
  const { stayMs, bestMs } = bestOverDay(world, new Date("2026-11-24T05:00:00Z"));
  expect(bestMs).toBeLessThanOrEqual(stayMs);
  expect(bestMs).toBeGreaterThan(0);
});

describe("where a day begins", () => {
  const begin = new Date("2026-11-24T05:00:00Z");
  test("is drawn by the seed, among those from where enough can be gained, and says what was passed over", () => {
    const draw = (seed: number) => {
      const world = dayWorld({ seed, home: null, begin, gainPercentMin: 40 });
      world.remove();
      return world;
    };
    const worlds = [1, 2, 3].map(draw);
    expect(worlds.map(({ home }) => home)).toEqual(["gcp-southamerica-east1", "gcp-australia-southeast1", "gcp-asia-east1"]);
    expect(worlds[2]?.passedOver.join(", ")).toMatch(/^aws-us-east-1 \(19\.\d %\), /);
    expect(draw(3).home).toBe("gcp-asia-east1");
  });
  test("is where it is asked for, whatever can be gained there", () => {
    const world = dayWorld({ seed: 1, home: "aws-us-east-1", begin, gainPercentMin: 40 });
    expect(world.home).toBe("aws-us-east-1");
    expect(possibleGainPercent(bestOverDay(world.file, begin))).toBeLessThan(20);
    world.remove();
    expect(() => dayWorld({ seed: 1, home: "nowhere", begin, gainPercentMin: 40 })).toThrow(/--home nowhere: expected one of/);
  });
});
