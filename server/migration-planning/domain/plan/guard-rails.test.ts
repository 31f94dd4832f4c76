import { describe, expect, test } from "vitest";
import { policySpecSchema } from "../../../component-registry/domain/manifest.ts";
import { checkRails, type RailQuestion } from "./guard-rails.ts";
import { railFactsOf, type RailFacts, type RailState } from "./rail-facts.ts";

const FACTS: RailFacts = {
  worldNow: "2026-11-25T07:00:00.000Z",
  worldSpeed: 1,
  hoursSinceMove: null,
  openMoves: 0,
  movesLastHour: 0,
  movesLastHourByPlace: {},
  missed: 0,
  stopped: null,
  frozen: false,
  evidence: { gainPercent: 10, unsupported: [] },
};
const QUESTION: RailQuestion = {
  settings: policySpecSchema.parse({}).guardRails,
  gainPercent: 10,
  paybackHours: 1,
  moves: [{ component: "shop/cart", from: "east", to: "west", pauseMsP90: 500 }],
  facts: FACTS,
};
type Change = Partial<Omit<RailQuestion, "settings" | "facts">> & {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly facts?: Partial<RailFacts>;
};
const ask = ({ settings, facts, ...rest }: Change = {}): RailQuestion => ({
  ...QUESTION,
  ...rest,
  settings: policySpecSchema.parse({ guardRails: settings ?? {} }).guardRails,
  facts: { ...FACTS, ...facts },
});
const failing = (change: Change): string[] =>
  checkRails(ask(change))
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);
const moves = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ component: `shop/c${index}`, from: "east", to: "west", pauseMsP90: 0 }));

describe("guard rails", () => {
  test("let an ordinary plan run, each with its figures in words", () => {
    expect(failing({})).toEqual([]);
    expect(checkRails(ask()).every(({ message }) => message.length > 10)).toBe(true);
  });
  test.each<[string, Change, Change]>([
    ["margin", { gainPercent: 5 }, { gainPercent: 4.9 }],
    ["payback", { paybackHours: 12 }, { paybackHours: 12.1 }],
    ["payback", { paybackHours: 0 }, { paybackHours: null }],
    ["cool-down", { facts: { hoursSinceMove: 2 } }, { facts: { hoursSinceMove: 1.9 } }],
    ["max-concurrent", { facts: { openMoves: 1 } }, { facts: { openMoves: 2 } }],
    ["max-per-hour", { facts: { movesLastHour: 9 } }, { facts: { movesLastHour: 10 } }],
    ["max-per-hour", { moves: moves(10) }, { moves: moves(11), settings: { maxPerDataCenter: 100 } }],
    ["max-per-data-center", { facts: { movesLastHourByPlace: { west: 9 } } }, { facts: { movesLastHourByPlace: { west: 10 } } }],
    [
      "max-per-data-center",
      { facts: { movesLastHourByPlace: { south: 99 } } },
      { facts: { movesLastHourByPlace: { east: 10 } } },
    ],
    [
      "windows",
      { settings: { windows: [{ from: "06:00", to: "08:00" }] } },
      { settings: { windows: [{ from: "08:00", to: "09:00" }] } },
    ],
    [
      "windows",
      { settings: { windows: [{ kind: "deny", from: "08:00", to: "09:00" }] } },
      { settings: { windows: [{ kind: "deny", from: "06:00", to: "09:00" }] } },
    ],
    [
      "windows",
      { facts: { worldNow: null } },
      { facts: { worldNow: null }, settings: { windows: [{ from: "00:00", to: "24:00" }] } },
    ],
    ["pause-budget", { settings: { pauseBudgetMs: 500 } }, { settings: { pauseBudgetMs: 499 } }],
    ["stop-after-missed", { facts: { missed: 1 }, settings: { stopAfterMissed: 2 } }, { facts: { missed: 1 } }],
    [
      "stop-after-missed",
      { facts: { missed: 9 }, settings: { stopAfterMissed: 0 } },
      { facts: { stopped: "x" }, settings: { stopAfterMissed: 0 } },
    ],
    ["freeze", {}, { facts: { frozen: true } }],
    [
      "evidence",
      { facts: { evidence: { gainPercent: 5, unsupported: [] } } },
      { facts: { evidence: { gainPercent: 4, unsupported: [] } } },
    ],
    ["evidence", {}, { facts: { evidence: { gainPercent: 50, unsupported: ["shop/cart"] } } }],
  ])("%s holds a plan back exactly beyond its limit", (name, within, beyond) => {
    expect(failing(within)).toEqual([]);
    expect(failing(beyond)).toEqual([name]);
  });
});

describe("the budget of an hour", () => {
  const now = new Date("2026-11-25T07:00:00Z");
  const ended = (secondsAgo: number) => ({ from: "east", to: "west", endedAt: new Date(now.getTime() - secondsAgo * 1_000) });
  const state: RailState = {
    now,
    worldNow: now,
    worldSpeed: 60,
    openMoves: [{ from: "west", to: "south" }],
    pastMoves: [ended(10), ended(59), ended(61)],
    missed: 0,
    stopped: null,
    frozen: false,
  };
  test("is counted by the world's clock, with what was ordered and has not ended, and by both ends of each move", () => {
    const { movesLastHour, movesLastHourByPlace } = railFactsOf(state, { hoursSinceMove: null, evidence: FACTS.evidence });
    expect(movesLastHour).toBe(3);
    expect(movesLastHourByPlace).toEqual({ east: 2, south: 1, west: 3 });
  });
});
