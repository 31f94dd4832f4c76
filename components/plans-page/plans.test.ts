import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanDto, PlanMoveDto } from "../../server/api/shapes/index.ts";
import { decisionOf, effectOf, reasonsOf } from "./decide-prepare.ts";
import { diffChart, movesDone, partInWords, risksOf, tilesOf, waterfallOf } from "./prepare-detail.ts";
import { expiryOf, headlineChange, inboxOf, listOf, neighbourOf, sortedRegions, titleOf, usersSentence } from "./prepare.ts";
import { promisedRange, verdictOf } from "../migrations-page/receipt.ts";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const inMinutes = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
const nameOf = (dataCenter: string): string => ({ here: "Virginia", there: "Frankfurt" })[dataCenter] ?? dataCenter;

const region = (name: string, before: number, after: number, requestsPerSecond = 10) => ({
  region: name,
  requestsPerSecond,
  latencyMsP95: { before, after, interval: [after - 5, after + 5] },
  target: null,
});

function aMove(rest: Partial<PlanMoveDto> = {}): PlanMoveDto {
  return {
    component: "shop/cart",
    from: "here",
    to: "there",
    before: { terms: {}, combined: 38, latencyMsP95: 142 },
    after: { terms: {}, combined: 84, latencyMsP95: 61, latencyMsP95Interval: [55, 68] },
    gain: { usdPerHour: 0.42, sharePercent: 100 },
    costUsd: 0.03,
    stateBytes: 1024,
    predictedPauseMs: { p50: 220, p90: 480 },
    risks: [],
    refused: [],
    migration: null,
    migrationState: null,
    regions: [region("Europe", 142, 61, 30), region("North America", 38, 49, 5)],
    why: [
      { term: "proximity", points: 27 },
      { term: "cost", points: -2 },
      { term: "performance", points: 21 },
    ],
    alternatives: [],
    latencyTargetMsP95: 120,
    ...rest,
  };
}

function aPlan(rest: Partial<PlanDto> = {}): PlanDto {
  return {
    id: "pln_1",
    state: "proposed",
    hash: "sha256:0",
    policy: "default",
    policyGeneration: 1,
    createdAt: inMinutes(-10),
    expiresAt: inMinutes(50),
    proposedBy: { kind: "system", name: "planner" },
    summary: "",
    moves: [aMove()],
    totals: { gainPercent: 12, paybackHours: 1.6, usdPerHour: 0.42, costUsd: 0.03, score: { before: 38, after: 84 } },
    gap: { percent: null, objective: 1, bound: null },
    decision: null,
    weights: {},
    guardRails: [],
    drain: null,
    note: null,
    supersededBy: null,
    endedAt: null,
    ...rest,
  };
}

describe("the inbox", () => {
  const gaining = (id: string, gainPercent: number, rest: Partial<PlanDto> = {}): PlanDto =>
    aPlan({ id, totals: { ...aPlan().totals, gainPercent }, ...rest });
  const plans = [
    gaining("small", 1),
    gaining("large", 20),
    gaining("late", 2, { expiresAt: inMinutes(5) }),
    gaining("later", 30, { expiresAt: inMinutes(20) }),
    gaining("runs", 5, { state: "running" }),
    gaining("done", 5, { state: "succeeded", endedAt: inMinutes(-60) }),
    gaining("old", 5, { state: "rejected", endedAt: inMinutes(-2_000) }),
  ];
  test("puts what expires soon first, then what gains most", () => {
    expect(inboxOf(plans, "decide", NOW).rows.map(({ id }) => id)).toEqual(["late", "later", "large", "small"]);
  });
  test("shows every plan once under All, and only the last day's decisions below", () => {
    const { rows, counts, decided } = inboxOf(plans, "all", NOW);
    expect([...rows.map(({ id }) => id)].sort()).toEqual(plans.map(({ id }) => id).sort());
    expect(counts).toEqual({ decide: 4, running: 1, all: 7 });
    expect(decided.map(({ id }) => id)).toEqual(["done"]);
  });
  test("what has nothing to move asks nobody to decide, was not decided, and still stands under All", () => {
    const found = gaining("nothing", 0, { moves: [] });
    expect(inboxOf([found], "decide", NOW)).toEqual({ rows: [], counts: { decide: 0, running: 0, all: 1 }, decided: [] });
    expect(inboxOf([found], "all", NOW).rows).toEqual([found]);
  });
  test("j and k stop at its ends and begin at its first", () => {
    const { rows } = inboxOf(plans, "decide", NOW);
    expect(neighbourOf(rows, null, 1)?.id).toBe("late");
    expect(neighbourOf(rows, "late", -1)?.id).toBe("late");
    expect(neighbourOf(rows, "small", 1)?.id).toBe("small");
    expect(neighbourOf([], "small", 1)).toBeNull();
  });
});

describe("a plan in words", () => {
  test("says who gains and who loses, with figures", () => {
    expect(titleOf(aPlan(), nameOf)).toBe("Move cart from Virginia to Frankfurt");
    expect(usersSentence(aMove())).toBe("Users in Europe gain 81 ms at p95; users in North America lose about 11 ms at p95.");
    expect(headlineChange(aPlan())).toEqual({ value: "\u221281 ms", of: "p95, users in Europe", isBetter: true });
  });
  test("of a component that no user calls tells what its callers wait, and promises nothing that was not measured", () => {
    expect(usersSentence(aMove({ regions: [] }))).toContain("61 ms (55 to 68) at p95, now 142 ms");
    const blind = aMove({ regions: [], before: { terms: {}, combined: 38, latencyMsP95: null } });
    expect(usersSentence(blind)).toContain("none is promised");
  });
  test("of many moves stays one line", () => {
    const moves = Array.from({ length: 10 }, (_, index) => aMove({ component: `shop/c${index}` }));
    expect(titleOf({ moves }, nameOf)).toBe("Move 10 components to Frankfurt");
    expect(listOf(["a", "b", "c", "d", "e"], 3)).toBe("a, b and 3 more");
    expect(effectOf(aPlan({ moves }), nameOf)).toContain("c0, c1, c2 and 7 more");
  });
  test("losses are never folded away, and stand behind the gains", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }))), (pairs) => {
        const rows = sortedRegions(pairs.map(([before, after], index) => region(`r${index}`, before, after, index)));
        const losses = rows.map(({ latencyMsP95: { before, after } }) => after > before);
        expect(rows).toHaveLength(pairs.length);
        expect(losses.indexOf(true) === -1 || losses.slice(losses.indexOf(true)).every(Boolean)).toBe(true);
      }),
    );
  });
});

describe("the bars", () => {
  test("every bar and whisker lies on the axis that all rows share", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }), fc.nat(200)), { maxLength: 9 }),
        (rows) => {
          const chart = diffChart(
            rows.map(([before, after, wide], index) => ({
              ...region(`r${index}`, before, after),
              latencyMsP95: { before, after, interval: [after - wide, after + wide] },
            })),
          );
          expect(chart.ticks.length).toBeLessThanOrEqual(9);
          for (const { bar, whisker } of chart.rows)
            for (const value of [bar.from, bar.to, whisker.from, whisker.to, chart.zero]) {
              expect(value).toBeGreaterThanOrEqual(-1e-9);
              expect(value).toBeLessThanOrEqual(100 + 1e-9);
            }
        },
      ),
    );
  });
  test("the waterfall begins at the score here, ends at the score there, and its steps lead from one to the other", () => {
    const rows = waterfallOf(aMove(), "Frankfurt");
    expect(rows.map(({ label }) => label)).toEqual([
      "Score now",
      "Proximity to users",
      "Performance",
      "Cost",
      "Score in Frankfurt",
    ]);
    expect(rows.at(-2)).toMatchObject({ from: 84, to: 86, kind: "worse", value: "\u22122" });
    expect(rows.at(-1)?.to).toBe(84);
  });
  test("the tiles tell a wait that is none, and regions that come inside the target", () => {
    const tiles = tilesOf(aPlan({ moves: [aMove({ predictedPauseMs: { p50: 0, p90: 0 } })] }), aMove());
    expect(tiles.find(({ label }) => label === "Pause")).toMatchObject({ after: "none", note: "no request waits" });
    expect(tiles.find(({ label }) => label === "Regions in target")).toMatchObject({ before: "1", after: "2", unit: "of 2" });
  });
});

test("a risk that several components share is said once, the worst first", () => {
  const risk = (code: string, severity: "info" | "warning" | "critical") => ({ code, severity, message: code });
  const moves = [
    aMove({ component: "shop/a", risks: [risk("copy", "info"), risk("headroom", "warning")] }),
    aMove({ component: "shop/b", risks: [risk("headroom", "warning"), risk("residency", "critical")] }),
  ];
  expect(risksOf({ moves }).map(({ code, said }) => [code, said.map(({ components }) => components.length)])).toEqual([
    ["residency", [1]],
    ["headroom", [2]],
    ["copy", [1]],
  ]);
  expect([0.05, -0.4, 0, 95.6, -6.3].map(partInWords)).toEqual(["<1 %", "about 0 %", "0 %", "96 %", "\u22126 %"]);
});

describe("what may be done with a plan", () => {
  const may = {
    role: "approver",
    mode: { mode: "approve", components: ["shop/cart"] },
    frozen: null,
    past: null,
    now: NOW,
  } as const;
  test("an approver may decide one that waits; nobody else, and nobody twice", () => {
    expect(decisionOf(aPlan(), may)).toEqual({ approveOff: null, rejectOff: null, successor: null });
    expect(decisionOf(aPlan(), { ...may, role: "operator" }).approveOff).toBe("Needs the role approver.");
    expect(decisionOf(aPlan(), { ...may, role: null }).rejectOff).toBe("Needs the role approver.");
    const decision = { kind: "approved", by: { kind: "user", name: "Ana" }, at: inMinutes(-1), reason: "Fits" } as const;
    expect(reasonsOf(decisionOf(aPlan({ state: "running", decision }), may))).toBe(
      "Ana approved it at 11:59 UTC: “Fits”. It runs.",
    );
  });
  test("a freeze stops the approval alone; an expired one is closed though nobody has said so yet", () => {
    expect(decisionOf(aPlan(), { ...may, frozen: "Frozen by Ana." })).toMatchObject({
      approveOff: "Frozen by Ana.",
      rejectOff: null,
    });
    expect(decisionOf(aPlan({ expiresAt: inMinutes(-1) }), may).rejectOff).toContain("Expired at 11:59");
  });
  test("the mode that stops the approval is named with the components that it is the mode of", () => {
    const of = (mode: "observe" | "recommend", components: readonly string[]) =>
      decisionOf(aPlan(), { ...may, mode: { mode, components } });
    expect(of("recommend", ["shop/cart"])).toMatchObject({
      approveOff: "Mode Recommend of cart: plans are shown, nobody can run them.",
      rejectOff: null,
    });
    expect(of("observe", ["shop/cart", "shop/web"]).approveOff).toContain("Mode Observe of cart and web:");
    expect(decisionOf(aPlan(), { ...may, mode: null }).approveOff).toBeNull();
  });
  test("a superseded drain without a successor says that it has to be asked for again", () => {
    const drain = { dataCenter: "east", stays: [] };
    expect(decisionOf(aPlan({ state: "superseded", drain }), may).approveOff).toContain("Ask for the drain again.");
    expect(decisionOf(aPlan({ state: "superseded" }), may).approveOff).not.toContain("again");
  });
  test("a superseded one names the plan that took its place", () => {
    const decision = decisionOf(aPlan({ state: "superseded", supersededBy: "pln_2", note: "Inputs changed by 14 %" }), may);
    expect(decision.successor).toBe("pln_2");
    expect(decision.approveOff).toContain("14 %.");
  });
  test("its life runs out and never below nothing", () => {
    expect(expiryOf(aPlan(), NOW)).toEqual({ share: 50 / 60, words: "expires in 50 min" });
    expect(expiryOf(aPlan(), NOW + 7_200_000)).toEqual({ share: 0, words: "expired" });
  });
});

describe("the receipt of a plan", () => {
  const run = (verdict: "kept" | "missed" | "insufficient-data") => ({ receipt: { verdict } as never });
  test("is kept only where every move kept its promise", () => {
    expect(verdictOf([run("kept")]).words).toBe("Promise kept");
    expect(verdictOf([run("kept"), run("missed")])).toEqual({ state: "missed", words: "Promise missed in 1 of 2 moves" });
    expect(verdictOf([run("kept"), { receipt: null }]).state).toBe("insufficient-data");
    expect(verdictOf([]).state).toBe("insufficient-data");
  });
  test("says the promise with its interval", () => {
    const promised = { pauseMs: 220, latencyMsP95: 61, latencyMsP95Interval: [55, 68], costUsd: 0 };
    expect(promisedRange(promised)).toBe("61 ms (55–68)");
    expect(promisedRange(null)).toBe("–");
  });
  test("moves that ended badly have ended, too", () => {
    const moves = [
      aMove({ migrationState: "succeeded" }),
      aMove({ migrationState: "failed" }),
      aMove({ migrationState: "running" }),
    ];
    expect(movesDone(aPlan({ moves }))).toEqual({ ended: 2, failed: 1 });
  });
});
