import { describe, expect, test } from "vitest";
import { policySpecSchema } from "../../../component-registry/domain/manifest.ts";
import type { PlanState } from "../plan/plan-states.ts";
import { shadowOf, type Proposal, type ProposalVerdict } from "./shadow.ts";

const rails = (settings: Readonly<Record<string, unknown>> = {}) => policySpecSchema.parse({ guardRails: settings }).guardRails;
const AT = new Date("2026-11-25T03:00:00Z");

interface Case {
  readonly id: string;
  readonly minutes?: number;
  readonly component?: string;
  readonly to?: string;
  readonly gainPercent?: number;
  readonly state?: PlanState;
  readonly verdicts?: readonly ProposalVerdict[];
  readonly openMinutes?: number;
}

function proposal({ id, minutes = 0, component = "shop/cart", to = "west", ...rest }: Case): Proposal {
  const createdAt = new Date(AT.getTime() + minutes * 60_000);
  const { gainPercent = 10, state = "superseded", verdicts = [], openMinutes = 30 } = rest;
  return {
    id,
    state,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + openMinutes * 60_000),
    endedAt: null,
    verdicts,
    content: {
      policy: "default",
      summary: id,
      totals: { gainPercent, paybackHours: 1, usdPerHour: 0.5, costUsd: 0.1, score: { before: 50, after: 55 } },
      guardRails: [{ name: "margin", ok: false, message: "as it was judged then" }],
      railFacts: {
        worldNow: createdAt.toISOString(),
        worldSpeed: 1,
        hoursSinceMove: null,
        openMoves: 0,
        movesLastHour: 0,
        movesLastHourByPlace: {},
        missed: 0,
        stopped: null,
        frozen: false,
        evidence: { gainPercent, unsupported: [] },
      },
      moves: [{ component, from: "east", to, predictedPauseMs: { p50: 0, p90: 0 } }],
    },
  };
}

describe("shadow", () => {
  test("counts what would have run, what held the rest, and what became of those that somebody approved", () => {
    const shadow = shadowOf(
      [
        proposal({ id: "kept", component: "shop/a", state: "succeeded", verdicts: ["kept", "insufficient-data"] }),
        proposal({ id: "missed", component: "shop/b", state: "succeeded", verdicts: ["kept", "missed"], gainPercent: 20 }),
        proposal({ id: "nobody", component: "shop/c", state: "expired" }),
        proposal({ id: "small", component: "shop/d", gainPercent: 1 }),
      ],
      rails(),
    );
    expect(shadow).toMatchObject({
      plans: 4,
      wouldHaveRun: 3,
      kept: 1,
      missed: 1,
      notRun: 1,
      gainPercentMedian: 10,
      usdPerHour: 1.5,
      heldBack: [
        { rail: "evidence", count: 1 },
        { rail: "margin", count: 1 },
      ],
    });
  });
  test("takes a proposal that is made again and again as one, run at its first time, with what became of the last", () => {
    const again = [0, 5, 10].map((minutes) => proposal({ id: `at${minutes}`, minutes }));
    const approved = proposal({ id: "at15", minutes: 15, state: "succeeded", verdicts: ["kept"] });
    const shadow = shadowOf([...again, approved], rails());
    expect(shadow).toMatchObject({ plans: 1, wouldHaveRun: 1, kept: 1, usdPerHour: 0.5 });
    expect(shadow.items).toMatchObject([{ plan: "at0", at: AT, repeats: 3, outcome: "kept" }]);
  });
  test("runs at the first time at which every rail holds, not before", () => {
    const shadow = shadowOf([proposal({ id: "early", gainPercent: 1 }), proposal({ id: "later", minutes: 5 })], rails());
    expect(shadow.items).toMatchObject([{ plan: "later", wouldRun: true, repeats: 1 }]);
  });
  test("waits for a window that opens while the plan is open, and for no other", () => {
    const windows = [{ from: "03:20", to: "04:00" }];
    const open = shadowOf([proposal({ id: "open" })], rails({ windows }));
    expect(open.items).toMatchObject([{ wouldRun: true, at: new Date("2026-11-25T03:20:00Z") }]);
    const over = shadowOf([proposal({ id: "over", openMinutes: 10 })], rails({ windows }));
    expect(over).toMatchObject({ wouldHaveRun: 0, heldBack: [{ rail: "windows", count: 1 }] });
  });
  test("uses up the budget of an hour with moves that nobody made, and starts their cool-down", () => {
    const proposals = [0, 10, 20].map((minutes) => proposal({ id: `p${minutes}`, minutes, component: `shop/c${minutes}` }));
    expect(shadowOf(proposals, rails({ maxPerHour: 2 }))).toMatchObject({
      wouldHaveRun: 2,
      heldBack: [{ rail: "max-per-hour", count: 1 }],
    });
    const there = [proposal({ id: "there" }), proposal({ id: "back", minutes: 30, to: "south" })];
    expect(shadowOf(there, rails())).toMatchObject({ wouldHaveRun: 1, heldBack: [{ rail: "cool-down", count: 1 }] });
  });
  test("uses up the budget with every new move of a plan, also of one that begins with a move made before", () => {
    const together = (id: string, minutes: number, names: readonly string[]): Proposal => {
      const plans = names.map((name) => proposal({ id, minutes, component: `shop/${name}` }));
      const [plan = proposal({ id })] = plans;
      return { ...plan, content: { ...plan.content, moves: plans.flatMap(({ content }) => content.moves) } };
    };
    const proposals = [together("a", 0, ["a"]), together("ab", 10, ["a", "b"]), together("cd", 20, ["c", "d"])];
    const ran = (maxPerHour: number): boolean[] =>
      shadowOf(proposals, rails({ maxPerHour, cooldownMinutes: 0 })).items.map(({ wouldRun }) => wouldRun);
    expect(ran(3)).toEqual([true, true, false]);
    // The move that was made before counts once.
    expect(ran(4)).toEqual([true, true, true]);
  });
  test("answers for a draft: other guard rails, other answer; a plan of before that kept no figures stands as it was judged", () => {
    const plan = proposal({ id: "one", gainPercent: 8 });
    expect(shadowOf([plan], rails({ minGainPercent: 5 })).wouldHaveRun).toBe(1);
    expect(shadowOf([plan], rails({ minGainPercent: 9 })).wouldHaveRun).toBe(0);
    const { railFacts: _facts, ...content } = plan.content;
    expect(shadowOf([{ ...plan, content }], rails()).heldBack).toEqual([{ rail: "margin", count: 1 }]);
  });
});
