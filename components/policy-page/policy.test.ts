import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policySpecSchema } from "../../server/component-registry/domain/manifest.ts";
import { changesOf, percentsOf, PRESETS, setWeight, TERMS, withPreset, withWeights, type Spec, type WeightRow } from "./draft.ts";
import { agreementOf, changeByPlace, kpiTiles, leavesForbidden, marginWords, paybackWords, specFor } from "./prepare.ts";
import { placeLabels, tradeOffAxes } from "./trade-off-prepare.ts";
import { dayOfMoves, segmentsOf, worldTime } from "./prepare-timeline.ts";

const spec = (change: Readonly<Record<string, unknown>> = {}): Spec => policySpecSchema.parse(change);
const sum = (weights: WeightRow): number => Object.values(weights).reduce((total, weight) => total + weight, 0);
const terms = TERMS.map(({ term }) => term);
const row = fc
  .array(fc.nat(100), { minLength: 7, maxLength: 7 })
  .map((values) => percentsOf(Object.fromEntries(terms.map((term, index) => [term, values[index] ?? 0]))));
const locks = fc.subarray(terms).map((locked) => new Set(locked));

describe("weights", () => {
  test("are whole parts of a hundred, whatever was written", () => {
    expect(percentsOf({ performance: 50, proximity: 50 })).toMatchObject({ performance: 50, proximity: 50, cost: 0 });
    expect(percentsOf({ performance: 1, proximity: 1, cost: 1 })).toMatchObject({ proximity: 34, performance: 33, cost: 33 });
    fc.assert(fc.property(row, (weights) => sum(weights) === 100));
  });
  test("stay a hundred whatever is moved, and a locked one keeps its value", () =>
    fc.assert(
      fc.property(row, fc.constantFrom(...terms), fc.integer({ min: -20, max: 130 }), locks, (weights, term, wanted, locked) => {
        const next = setWeight(weights, term, wanted, locked);
        expect(sum(next)).toBe(100);
        for (const one of locked) if (one !== term) expect(next[one]).toBe(weights[one]);
        for (const value of Object.values(next)) expect(value).toBeGreaterThanOrEqual(0);
        const room = 100 - terms.filter((one) => one !== term && locked.has(one)).reduce((total, one) => total + weights[one], 0);
        const hasOthers = terms.some((one) => one !== term && !locked.has(one));
        if (hasOthers) expect(next[term]).toBe(Math.min(room, Math.max(0, wanted)));
      }),
    ));
  test("a preset leaves locked rows as they are", () =>
    fc.assert(
      fc.property(row, fc.constantFrom(...PRESETS), locks, (weights, preset, locked) => {
        const next = withPreset(weights, preset.weights, locked);
        expect(sum(next)).toBe(100);
        for (const one of locked) expect(next[one]).toBe(weights[one]);
        if (locked.size === 0) expect(next).toEqual(preset.weights);
      }),
    ));
  test("that are brought back are no change, however they were written", () => {
    const published = spec({ weights: { performance: 1, proximity: 1 } });
    const moved = withWeights(published, published, setWeight(percentsOf(published.weights), "proximity", 70, new Set()));
    expect(changesOf(published, moved)).toMatchObject([
      { label: "Proximity", before: "50", after: "70" },
      { label: "Performance", before: "50", after: "30" },
    ]);
    expect(withWeights(moved, published, percentsOf(published.weights))).toEqual(published);
  });
});

test("an application's own policy begins as the default one is: modes of its components, too, and of no other's", () => {
  const base = spec({ mode: "auto", componentModes: { "shop/cart": "observe", "shop-admin/web": "approve" } });
  expect(specFor("shop", base)).toEqual({ ...base, applications: ["shop"], componentModes: { "shop/cart": "observe" } });
});

test("every other change is named in words: mode, guard rails, windows as a whole, modes of components", () => {
  const published = spec();
  const draft = spec({
    mode: "auto",
    componentModes: { "shop/cart": "observe" },
    guardRails: { cooldownMinutes: 60, windows: [{ kind: "deny", from: "22:00", to: "06:00", reason: "Release" }] },
  });
  expect(changesOf(published, draft)).toEqual([
    { path: "mode", label: "Mode", before: "approve", after: "auto" },
    { path: "componentModes.shop/cart", label: "shop/cart", before: "none", after: "observe" },
    { path: "guardRails.cooldownMinutes", label: "Cool-down", before: "120", after: "60" },
    { path: "guardRails.windows", label: "Windows", before: "any hour", after: "deny every day 22:00 to 06:00 (Release)" },
  ]);
  expect(changesOf(published, published)).toEqual([]);
});

describe("a day", () => {
  const TUESDAY = new Date("2026-11-24T07:42:00Z");
  const window = (change: Readonly<Record<string, unknown>>) => spec({ guardRails: { windows: [change] } }).guardRails.windows;
  const words = (windows: Spec["guardRails"]["windows"]) =>
    segmentsOf(windows, TUESDAY).map(({ from, to, allowed }) => `${from / 60}-${to / 60} ${allowed ? "yes" : "no"}`);
  test("without windows is open; with any that allows, open only inside", () => {
    expect(words([])).toEqual(["0-24 yes"]);
    expect(words(window({ from: "06:00", to: "21:00" }))).toEqual(["0-6 no", "6-21 yes", "21-24 no"]);
  });
  test("is denied where anything denies it, whatever allows it", () =>
    expect(words([...window({ from: "06:00", to: "21:00" }), ...window({ kind: "deny", from: "10:00", to: "12:00" })])).toEqual([
      "0-6 no",
      "6-10 yes",
      "10-12 no",
      "12-21 yes",
      "21-24 no",
    ]));
  test("has the end of yesterday's night in it, and no other day's windows", () => {
    expect(words(window({ kind: "deny", days: ["mon"], from: "22:00", to: "03:00" }))).toEqual(["0-3 no", "3-24 yes"]);
    expect(words(window({ kind: "deny", days: ["tue"], from: "22:00", to: "03:00" }))).toEqual(["0-22 yes", "22-24 no"]);
    expect(words(window({ kind: "deny", days: ["wed"], from: "10:00", to: "12:00" }))).toEqual(["0-24 yes"]);
  });
  test("counts moves by the world's clock, and shows what rests", () => {
    const clock = { world: TUESDAY.getTime(), readAt: 1_000_000, speed: 60 };
    expect(worldTime(clock, 1_060_000)).toBe(TUESDAY.getTime() + 3_600_000);
    const minutesAgo = (minutes: number): string => new Date(1_000_000 - minutes * 1_000).toISOString();
    const move = (component: string, ago: number) => ({
      component,
      state: "succeeded",
      createdAt: minutesAgo(ago),
      endedAt: minutesAgo(ago - 2),
    });
    const migrations = [move("shop/cart", 30), move("shop/cart", 200), move("shop/ad", 600)] as unknown as Parameters<
      typeof dayOfMoves
    >[0];
    const { perHour, coolDowns } = dayOfMoves(migrations, clock, 120);
    expect([perHour[7], perHour[4], perHour.reduce((total, count) => total + count, 0)]).toEqual([1, 1, 2]);
    expect(coolDowns).toEqual([{ component: "shop/cart", from: 434, to: 554 }]);
  });
});

describe("what is shown of a preview", () => {
  test("the planner agrees, or differs in so many components, each once", () => {
    const mine = [
      { component: "shop/cart", to: "fra" },
      { component: "shop/ad", to: "fra" },
    ];
    expect(agreementOf(mine, [...mine].reverse(), (place) => place)).toEqual({ state: "agrees" });
    const theirs = [
      { component: "shop/cart", to: "tyo" },
      { component: "shop/mail", to: "fra" },
    ];
    expect(agreementOf(mine, theirs, (place) => place)).toEqual({
      state: "differs",
      count: 3,
      words: ["ad stays", "cart to tyo instead of fra", "mail also to fra"],
    });
  });
  test("places count what comes and goes", () =>
    expect([
      ...changeByPlace([
        { from: "a", to: "b" },
        { from: "a", to: "c" },
        { from: "c", to: "a" },
      ]),
    ]).toEqual([
      ["a", -1],
      ["b", 1],
      ["c", 0],
    ]));
  test("a change has a sign and a meaning for users, and one that would not be seen is none", () => {
    const now = { userMsP95: 142, inTargetShare: 0.91, usdPerHour: 38.2, egressUsdPerHour: 2, gramsPerKWh: null };
    const draft = { ...now, userMsP95: 129, inTargetShare: 0.953, usdPerHour: 39.3, egressUsdPerHour: 2.0001 };
    expect(kpiTiles(now, draft)).toMatchObject([
      { label: "User p95", value: "129", change: "−13", tone: "better" },
      { label: "In target", value: "95.3", change: "+4.3", tone: "better" },
      { label: "Cost", change: "+1.1", tone: "worse" },
      { label: "Egress", change: null },
      { label: "Carbon", value: "–", change: null },
    ]);
  });
  test("axes hold every point off their edges, also where all are the same", () => {
    const point = { name: "Live", kind: "live" as const, userMsP95: 120, usdPerHour: 5 };
    const { x, y } = tradeOffAxes([point, { ...point, name: "Draft" }]);
    expect(x[0] < 5 && x[1] > 5 && y[0] < 120 && y[1] > 120).toBe(true);
  });
  test("names of points never lie on each other; the draft's is there first", () => {
    const at = (name: string, kind: "preset" | "draft", x: number, y: number) => ({
      point: { name, kind, userMsP95: 1, usdPerHour: 1 },
      x,
      y,
    });
    const frame = { left: 0, right: 280, top: 0, bottom: 170 };
    const points = Array.from({ length: 8 }, (_, index) => at(`Preset ${index}`, "preset", 100 + index, 80));
    const placed = placeLabels([...points, at("Draft", "draft", 104, 80)], frame);
    const named = placed.flatMap(({ point, label }) => (label === null ? [] : [point.name]));
    expect(named).toContain("Draft");
    const rows = placed.flatMap(({ label }) => (label === null ? [] : [`${label.anchor} ${label.y}`]));
    expect(new Set(rows).size).toBe(rows.length);
  });
});

describe("what is held back says why", () => {
  const moves = [{ component: "shop/cart", from: "east", to: "west" }];
  test("a payback that is too late or never, and nothing where nothing moves", () => {
    expect(paybackWords({ moves, paybackHours: 3.2 }, 24)).toBeNull();
    expect(paybackWords({ moves, paybackHours: 30 }, 24)).toBe("Pays back in 30 h, later than 24 h: not proposed.");
    expect(paybackWords({ moves, paybackHours: null }, 24)).toBe("Does not pay back: not proposed.");
    expect(paybackWords({ moves: [], paybackHours: null }, 24)).toBeNull();
  });
  test("nothing, where a move leaves a place that is forbidden: that is proposed in any case", () => {
    const inputs = {
      components: [
        { component: "shop/cart", forced: true },
        { component: "shop/web", forced: false },
      ],
    };
    expect(leavesForbidden(inputs, [{ component: "shop/web" }, { component: "shop/cart" }])).toBe(true);
    expect(leavesForbidden(inputs, [{ component: "shop/web" }])).toBe(false);
  });
  test("a gain below the margin, of all moves together", () => {
    const preview = { score: [50, 51] as const, moves: [{} as never] };
    expect(marginWords(preview, 5)).toBe("Gains 2 %, less than the least gain of 5 %: not proposed.");
    expect(marginWords(preview, 2)).toBeNull();
  });
});
