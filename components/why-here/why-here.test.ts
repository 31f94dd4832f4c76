import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoresDto } from "../../server/api/shapes/index.ts";
import { flipsOf } from "./flips.ts";
import { callGraph, callsAfter, networkWaitMs, NODE, type Call } from "./graph-prepare.ts";
import { constraintRows, evidenceWords, partsOf, scoreRows, standingOf, type Candidate } from "./prepare.ts";

const place = (dataCenter: string, terms: Candidate["terms"], rest: Partial<Candidate> = {}): Candidate => ({
  dataCenter,
  allowed: true,
  refusedBy: [],
  terms,
  combined: null,
  latencyMsP95: null,
  usdPerHour: null,
  ...rest,
});

function someScores(rest: Partial<ScoresDto> = {}): ScoresDto {
  return {
    component: "shop/cart",
    at: "2026-11-24T12:00:00.000Z",
    policy: "default",
    weights: { performance: 50, proximity: 50 },
    threshold: 60,
    candidate: true,
    evidence: {
      requests: 12_000,
      windowMs: 300_000,
      sufficient: true,
      latencyFrom: "gateway",
      missing: [],
      ewma: 38.2,
      cusum: 180,
    },
    current: place("here", { performance: 60, proximity: 16 }, { combined: 38 }),
    candidates: [
      place("there", { performance: 80, proximity: 88 }, { combined: 84 }),
      place(
        "full",
        { performance: 90, proximity: 90 },
        {
          combined: 90,
          allowed: false,
          refusedBy: [{ constraint: "capacity", message: "CPU full" }],
        },
      ),
    ],
    breaches: [],
    calls: [],
    plan: null,
    ...rest,
  };
}

describe("the ranking", () => {
  test("has every place, the present one at its rank, the refused ones last with their reason", () => {
    const rows = scoreRows(someScores(), "there");
    expect(rows.map(({ dataCenter, rank, note }) => [dataCenter, rank, note])).toEqual([
      ["there", 1, "Planned"],
      ["here", 2, "Here now"],
      ["full", null, "CPU full"],
    ]);
    expect(rows[2]).toMatchObject({ parts: [], isRefused: true });
  });
  test("where it has arrived is no plan any more", () => {
    expect(scoreRows(someScores(), "here").find(({ isHere }) => isHere)).toMatchObject({ isPlanned: false, note: "Here now" });
  });
  test("a place whose score is not known yet is not refused, and says so", () => {
    const rows = scoreRows(someScores({ candidates: [place("young", { performance: null, proximity: null })] }), null);
    expect(rows[1]).toMatchObject({ dataCenter: "young", rank: null, isRefused: false, note: "Not known" });
  });
  test("the parts of a bar add up to the combined score, whatever is known", () => {
    const terms = ["performance", "proximity", "dependency", "cost", "carbon"];
    const score = fc.option(fc.double({ min: 0, max: 100, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 5, maxLength: 5 }),
        fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }),
        (scores, weights) => {
          const named = Object.fromEntries(terms.map((term, index) => [term, scores[index] ?? null]));
          const weighted = Object.fromEntries(terms.map((term, index) => [term, weights[index] ?? 0]));
          const known = terms.filter((term) => named[term] !== null && (weighted[term] ?? 0) > 0);
          const total = known.reduce((sum, term) => sum + (weighted[term] ?? 0), 0);
          const combined =
            total === 0 ? 0 : known.reduce((sum, term) => sum + (named[term] ?? 0) * (weighted[term] ?? 0), 0) / total;
          expect(partsOf(named, weighted).reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(combined, 6);
        },
      ),
    );
  });
  test("a present place that is forbidden now is said, whatever its score", () => {
    const forbidden = someScores({
      current: place(
        "here",
        { performance: 95, proximity: 95 },
        {
          combined: 95,
          allowed: false,
          refusedBy: [{ constraint: "residency", message: "country US is not allowed" }],
        },
      ),
    });
    expect(standingOf(forbidden)?.text).toBe("Its place is forbidden now");
    expect(scoreRows(forbidden, null)[0]?.note).toBe("Here now, but country US is not allowed");
  });
});

describe("reasons in words", () => {
  test("each constraint says how many places it leaves", () => {
    const rows = constraintRows(someScores(), (name) => name);
    expect(rows.find(({ label }) => label === "Capacity")).toEqual({
      label: "Capacity",
      words: "full: CPU full",
      allowed: 2,
      all: 3,
    });
    expect(rows.find(({ label }) => label === "Residency")).toMatchObject({ allowed: 3, all: 3 });
  });
  test("too little evidence is said plainly, with what is missing, and no standing is made up", () => {
    const little = someScores({
      evidence: { ...someScores().evidence, sufficient: false, missing: ["fewer than 100 requests"], ewma: null, cusum: null },
    });
    expect(evidenceWords(little).headline).toBe("Not enough evidence: fewer than 100 requests.");
    expect(standingOf(little)?.text).toBe("Not enough evidence");
    expect(evidenceWords(someScores()).lines).toHaveLength(2);
    expect(standingOf(someScores())?.text).toBe("Below threshold, 38 of 60");
  });
});

describe("what would change the choice", () => {
  test("names the least change of a weight at which another place wins", () => {
    const scores = someScores({
      current: place("here", { performance: 100, proximity: 0 }),
      candidates: [place("there", { performance: 0, proximity: 100 })],
      weights: { performance: 40, proximity: 60 },
    });
    // There wins while proximity weighs more than half; at half both are equal, and the order of names is kept.
    expect(flipsOf(scores).find(({ term }) => term === "proximity")).toMatchObject({ winner: "here", now: 60 });
    expect(Math.abs((flipsOf(scores)[0]?.at ?? 0) - 50)).toBeLessThanOrEqual(1);
  });
  test("a place that is best in every term wins at every weight", () => {
    expect(flipsOf(someScores())).toEqual([]);
  });
});

describe("calls by place", () => {
  const call = (from: string, to: string, [fromDataCenter, toDataCenter]: readonly [string, string], rttMs: number): Call => ({
    from,
    to,
    fromDataCenter,
    toDataCenter,
    callsPerSecond: 10,
    rttMs,
  });
  const calls = [
    call("shop/front", "shop/cart", ["dub", "iad"], 69),
    call("shop/cart", "shop/pay", ["iad", "iad"], 0),
    call("shop/cart", "shop/mail", ["iad", "fra"], 90),
    call("shop/cart", "shop/rate", ["iad", "dub"], 69),
  ];
  test("every component stands in one box, callers left, its own place in the middle, and no two boxes overlap", () => {
    const { boxes, edges } = callGraph("shop/cart", calls);
    expect(boxes.flatMap(({ components }) => components.map(({ key }) => key)).sort()).toEqual(
      ["shop/cart", "shop/front", "shop/mail", "shop/pay", "shop/rate"].sort(),
    );
    expect(boxes.find(({ column }) => column === "middle")?.components[0]?.key).toBe("shop/cart");
    expect(boxes.filter(({ place: name }) => name === "dub").map(({ column }) => column)).toEqual(["left", "right"]);
    for (const a of boxes)
      for (const b of boxes)
        if (a !== b && a.column === b.column) expect(a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
    for (const { height, components } of boxes)
      for (const { y } of components) expect(y + NODE.height).toBeLessThanOrEqual(height);
    expect(edges.find(({ to }) => to === "shop/pay")).toMatchObject({ isLocal: true, isFar: false });
    expect(edges.find(({ to }) => to === "shop/mail")?.isFar).toBe(true);
  });
  test("after the move its calls begin and end where it would stand", () => {
    const after = callsAfter(calls, { component: "shop/cart", to: "fra" }, () => 24);
    expect(after.map(({ fromDataCenter, toDataCenter, rttMs }) => [fromDataCenter, toDataCenter, rttMs])).toEqual([
      ["dub", "fra", 24],
      ["fra", "iad", 24],
      ["fra", "fra", 0],
      ["fra", "dub", 24],
    ]);
    expect(networkWaitMs(after)).toBe(720);
  });
});
