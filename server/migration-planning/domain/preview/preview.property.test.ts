import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketsOf, evaluatorOf, NOW, registryOf, rttOf, type UsersAt } from "../../../testing/builders/planning-world.ts";
import type { RegistrySnapshot } from "../../../component-registry/domain/registry.ts";
import type { Bucket } from "../../../performance-analysis/domain/bucket.ts";
import { nominate } from "../nominate.ts";
import { isFeasible } from "../planner/feasibility.ts";
import { worthOf } from "../planner/worth.ts";
import { createEvaluator, type Evaluator } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";
import { withMoves, type Move } from "../predict/placement.ts";
import { combine, combineRow, TERM_NAMES, weightRow, type Weights } from "../terms/index.ts";
import { greedyLocalSearch } from "../planner/greedy-local-search.ts";
import { confirmDraft } from "./confirm-draft.ts";
import type { PreviewKpis } from "./estimate-kpis.ts";
import { compilePreview, TERMS, type CompiledPreview } from "./compile.ts";
import { previewMoves } from "./preview-moves.ts";
import { readInputs } from "./read-inputs.ts";

/** A shop as the lab's: users reach the frontend and the cart, what they call stands behind, places differ in price and grid. */
const PLACES = ["virginia", "frankfurt", "mumbai", "tokyo", "sydney"] as const;
const CALLS: Readonly<Record<string, readonly string[]>> = {
  frontend: ["catalog", "cart", "currency"],
  cart: ["currency"],
  catalog: [],
  currency: [],
  mail: [],
};
const RTT = rttOf({
  "virginia>frankfurt": 90,
  "virginia>mumbai": 190,
  "virginia>tokyo": 160,
  "virginia>sydney": 200,
  "frankfurt>mumbai": 115,
  "frankfurt>tokyo": 230,
  "frankfurt>sydney": 260,
  "mumbai>tokyo": 120,
  "mumbai>sydney": 150,
  "tokyo>sydney": 110,
});

interface World {
  readonly registry: RegistrySnapshot;
  readonly buckets: readonly Bucket[];
  readonly evaluator: Evaluator;
  readonly compiled: CompiledPreview;
}

interface Shape {
  readonly at: readonly number[];
  readonly rates: readonly number[];
  readonly cpu: readonly number[];
  readonly target: number;
  readonly deny: number;
}

function worldOf({ at, rates, cpu, target, deny }: Shape): World {
  const names = Object.keys(CALLS);
  const placeOf = (index: number): string => PLACES[(at[index] ?? 0) % PLACES.length] ?? "virginia";
  const registry = registryOf({
    places: PLACES.map((name, index) => ({
      name,
      country: ["US", "DE", "IN", "JP", "AU"][index] ?? "US",
      cpu: String(1 + ((cpu[index] ?? 4) % 8)),
      spec: {
        price: { cpuHour: 0.04 + 0.01 * index, memoryGiBHour: 0.005, storageGiBMonth: 0.08, egressGiB: 0.09 },
        carbon: { gramsPerKWh: 100 + 150 * index },
      },
    })),
    components: names.map((name, index) => ({
      name,
      place: placeOf(index),
      spec: {
        resources: { cpu: "400m" },
        performance: { latencyMsP95: target, errorRate: 0.001 },
        dependencies: (CALLS[name] ?? []).map((component) => ({ component })),
        placement: name === "mail" ? { deny: { countries: [["US", "DE", "IN", "JP", "AU"][deny] ?? "US"] } } : {},
      },
    })),
  });
  const users = PLACES.flatMap((entry, index): UsersAt[] =>
    ["frontend", "cart"].map((name) => ({
      component: `shop/${name}`,
      entry,
      region: entry,
      requestsPerSecond: rates[index] ?? 0,
      servedIn: placeOf(names.indexOf(name)),
    })),
  );
  const buckets = bucketsOf(users, RTT);
  const hoursSinceMove = new Map([["shop/mail", 3]]);
  const evaluator = evaluatorOf(registry, buckets, RTT, { hoursSinceMove });
  return { registry, buckets, evaluator, compiled: compilePreview(inputsOf(evaluator, buckets)) };
}

const keysOf = ({ model }: Evaluator): ReadonlySet<string> => new Set(model.registry.components.map(({ key }) => key));

function inputsOf(evaluator: Evaluator, buckets: readonly Bucket[]) {
  const forced = nominate(evaluator, buckets, 0, keysOf(evaluator)).filter(({ forbidden }) => forbidden.length > 0);
  const reading = readInputs({
    model: evaluator.model,
    buckets,
    worldSpeed: 1,
    forced: new Set(forced.map(({ component }) => component)),
  });
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

const shape = fc.record({
  at: fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
  rates: fc.array(fc.constantFrom(0, 1, 4, 20), { minLength: 5, maxLength: 5 }),
  cpu: fc.array(fc.nat(7), { minLength: 5, maxLength: 5 }),
  target: fc.constantFrom(60, 120, 300),
  deny: fc.nat(4),
});
const weights = fc
  .array(fc.nat(100), { minLength: 7, maxLength: 7 })
  .filter((given) => given.some((weight) => weight > 0))
  .map((given) => Object.fromEntries(TERM_NAMES.map((name, index) => [name, given[index] ?? 0])) as Weights);
const RUNS = { numRuns: 40 };
const all = { cooldownMinutes: 0, inScope: () => true };
const close = (value: number | null, other: number): void =>
  Number.isNaN(other) ? expect(value).toBeNull() : expect(value).toBeCloseTo(other, 6);

describe("whatever the world and the weights", () => {
  test("a component's score in every place is the evaluator's", () =>
    fc.assert(
      fc.property(shape, weights, (given, tried) => {
        const { evaluator, compiled } = worldOf(given);
        compiled.inputs.components.forEach(({ component }, index) =>
          PLACES.forEach((to, place) => {
            const judged = evaluator.judge(component, withMoves(evaluator.model.present, [{ component, to }]));
            const row = (index * compiled.places + place) * TERMS;
            close(combine(judged?.terms ?? {}, tried), combineRow(compiled.terms, row, weightRow(tried)));
          }),
        );
      }),
      RUNS,
    ));

  test("what a move alone, or a part together, does to the whole is what judging everything again says, money included", () =>
    fc.assert(
      fc.property(shape, weights, (given, tried) => {
        const { evaluator, compiled } = worldOf(given);
        const { present } = evaluator.model;
        const before = totalOf(evaluator.evaluate(present).money);
        const units = [
          ...compiled.inputs.components.map((_, index) => [index]),
          ...compiled.inputs.parts.map(({ components }) => components),
        ];
        units.forEach((members, unit) =>
          PLACES.forEach((to, place) => {
            const moves = members.map((index) => ({ component: compiled.inputs.components[index]?.component ?? "", to }));
            const whole = evaluator.evaluate(withMoves(present, moves));
            const at = unit * compiled.places + place;
            close(combine(whole.terms, tried), combineRow(compiled.overall, at * TERMS, weightRow(tried)));
            const usd = [0, 1, 2].reduce((sum, part) => sum + (compiled.usd[at * 3 + part] ?? 0), 0);
            expect(usd).toBeCloseTo(totalOf(whole.money) - before, 9);
          }),
        );
      }),
      RUNS,
    ));

  test("its candidates are those that the seed's rule nominates", () =>
    fc.assert(
      fc.property(shape, weights, fc.integer({ min: 1, max: 99 }), (given, tried, migrationThreshold) => {
        const { evaluator, compiled, buckets } = worldOf(given);
        const nominated = nominate(evaluatorUnder(evaluator, tried), buckets, migrationThreshold, keysOf(evaluator));
        const { candidates } = previewMoves(compiled, { weights: tried, migrationThreshold, ...all });
        expect(candidates.map((index) => compiled.inputs.components[index]?.component)).toEqual(
          nominated.filter(({ candidate }) => candidate).map(({ component }) => component),
        );
      }),
      RUNS,
    ));

  test("its moves can be made one after the other, every constraint and capacity obeyed", () =>
    fc.assert(
      fc.property(shape, weights, (given, tried) => {
        const { registry, compiled } = worldOf(given);
        const { moves } = previewMoves(compiled, { weights: tried, migrationThreshold: 99, ...all });
        expect(isFeasible(registry, moves.map(nameIn(compiled)), NOW)).toBe(true);
      }),
      RUNS,
    ));

  test("a single move is worth what the evaluator says, and no other single move of it is worth more", () =>
    fc.assert(
      fc.property(shape, weights, (given, tried) => {
        const { registry, evaluator, compiled } = worldOf(given);
        const { moves, candidates } = previewMoves(compiled, { weights: tried, migrationThreshold: 99, ...all });
        const [move] = moves;
        // One that follows a candidate goes where the others are; one that has to go may lose by it.
        if (moves.length !== 1 || !move || !candidates.includes(move.component)) return;
        if (compiled.inputs.components[move.component]?.forced) return;
        const under = evaluatorUnder(evaluator, tried);
        const worth = (made: readonly Move[]): number => {
          const { score, money } = under.evaluate(withMoves(under.model.present, made));
          return worthOf(score ?? 0, totalOf(money), made.length);
        };
        const named = nameIn(compiled)(move);
        const best = worth([named]);
        expect(best).toBeGreaterThan(worth([]));
        for (const to of PLACES) {
          const other = { ...named, to };
          if (to !== named.from && isFeasible(registry, [other], NOW)) expect(worth([other])).toBeLessThanOrEqual(best + 1e-9);
        }
      }),
      RUNS,
    ));
});

describe("the planner's own answer to a draft", () => {
  const draftOf = (tried: Weights) => ({
    policy: "default",
    applications: [],
    weights: tried,
    migrationThreshold: 90,
    cooldownMinutes: 0,
    watchMs: 10_000,
    observed: [],
  });
  test("begins from the same candidates and the same figures of now, and can be made move by move", () =>
    fc.assert(
      fc.property(shape, weights, (given, tried) => {
        const { registry, evaluator, compiled, buckets } = worldOf(given);
        const draft = draftOf(tried);
        const confirmed = confirmDraft({ draft, model: evaluator.model, buckets, planner: greedyLocalSearch, past: [] });
        const previewed = previewMoves(compiled, { ...draft, inScope: () => true });
        expect(confirmed.candidates).toEqual(previewed.candidates.map((index) => compiled.inputs.components[index]?.component));
        expect(isFeasible(registry, confirmed.moves, NOW)).toBe(true);
        for (const [name, value] of Object.entries(confirmed.kpis.now) as [keyof PreviewKpis, number | null][]) {
          const estimated = previewed.kpis.now[name];
          if (value === null) expect(estimated).toBeNull();
          else expect(estimated).toBeCloseTo(value, 6);
        }
      }),
      RUNS,
    ));

  test("moves nothing that the draft only looks at, and neither does the preview", () =>
    fc.assert(
      fc.property(shape, weights, (given, tried) => {
        const { evaluator, compiled, buckets } = worldOf(given);
        const [first] = previewMoves(compiled, { ...draftOf(tried), inScope: () => true }).moves;
        if (!first) return;
        const isHeld = (index: number): boolean => index === first.component;
        const held = previewMoves(compiled, { ...draftOf(tried), inScope: () => true, isHeld });
        expect(held.moves.map(({ component }) => component)).not.toContain(first.component);
        const observed = [compiled.inputs.components[first.component]?.component ?? ""];
        const draft = { ...draftOf(tried), observed };
        const { moves } = confirmDraft({ draft, model: evaluator.model, buckets, planner: greedyLocalSearch, past: [] });
        expect(moves.map(({ component }) => component)).not.toContain(observed[0]);
      }),
      RUNS,
    ));

  test("moves nothing of an application that has a policy of its own", () => {
    const { evaluator, buckets } = worldOf({
      at: [0, 0, 0, 0, 0],
      rates: [0, 0, 20, 0, 0],
      cpu: [4, 4, 4, 4, 4],
      target: 60,
      deny: 4,
    });
    const draft = draftOf({ performance: 1, proximity: 1 });
    const ask = (policy: string, applications: readonly string[]) =>
      confirmDraft({
        draft: { ...draft, policy, applications },
        model: evaluator.model,
        buckets,
        planner: greedyLocalSearch,
        past: [],
      });
    expect(ask("default", []).moves.length).toBeGreaterThan(0);
    expect(ask("others", ["elsewhere"])).toMatchObject({ candidates: [], moves: [] });
    expect(ask("shop", ["shop"]).moves).toEqual(ask("default", []).moves);
  });
});

const nameIn =
  ({ inputs }: CompiledPreview) =>
  ({ component, from, to }: { component: number; from: number; to: number }): Move => ({
    component: inputs.components[component]?.component ?? "",
    from: inputs.places[from]?.name ?? "",
    to: inputs.places[to]?.name ?? "",
  });

const evaluatorUnder = ({ model }: Evaluator, tried: Weights): Evaluator => createEvaluator({ ...model, weights: tried });
