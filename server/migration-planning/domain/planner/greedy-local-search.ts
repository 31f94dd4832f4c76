import { heldTogether } from "../constraints/held-together.ts";
import { reachOf } from "../predict/call-graph.ts";
import type { Evaluator } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";
import { withMoves, type Move, type Placement } from "../predict/placement.ts";
import { isFeasible, strandsSomebody } from "./feasibility.ts";
import { orderMoves } from "./order-moves.ts";
import type { Planner, PlanningProblem, PlanningSolution } from "./planner.ts";
import { POINTS_MIN, worthOf } from "./worth.ts";

/** How many of the first placements are improved further. */
const KEPT = 2;
const ROUNDS_MAX = 4;
const EVALUATIONS_MAX = 4_000;

/**
 * Connection-aware greedy with local search. First placements: each candidate alone, and together with everything that a request
 * to it reaches, in each place (calls are what make parts of one application belong together), and always with everybody who has
 * to be beside one of them. The best of them are improved: single components are put elsewhere, and moves that do not pull their
 * weight are taken back. The order of components and of places in the input changes nothing.
 */
export const greedyLocalSearch: Planner = {
  name: "greedy-local-search",
  propose: (problem) => {
    const search = createSearch(problem);
    const seeds = search.seeds().sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1));
    const improved = seeds.slice(0, KEPT).map((seed) => search.improve(seed.moves));
    const best = improved.reduce<Scored | null>(
      (one, other) => (one === null || other.value > one.value + 1e-9 ? other : one),
      null,
    );
    const staying = search.score([]);
    const worth = best !== null && (best.value > staying.value + POINTS_MIN || problem.forced.length > 0) ? best.moves : [];
    return finish(worth, problem);
  },
};

function finish(moves: readonly Move[], { evaluator }: PlanningProblem): PlanningSolution {
  return { moves: orderMoves(moves, evaluator) ?? [], evaluations: evaluator.evaluations() };
}

interface Scored {
  readonly moves: readonly Move[];
  readonly value: number;
  readonly key: string;
}

function createSearch(problem: PlanningProblem) {
  const { evaluator, movesMax } = problem;
  const { model } = evaluator;
  const places = model.registry.dataCenters.map(({ name }) => name).sort();
  const heldBy = heldTogether(model.registry.components);
  const values = new Map<string, number>();
  const score = (moves: readonly Move[]): Scored => {
    const key = keyOf(moves);
    const known = values.get(key);
    const value = known ?? valueOf(evaluator, withMoves(model.present, moves), moves.length);
    values.set(key, value);
    return { moves, value, key };
  };
  const allowed = (moves: readonly Move[]): boolean =>
    moves.length <= movesMax &&
    coversForced(moves, problem) &&
    isFeasible(model.registry, moves, model.now) &&
    (moves.some(({ component }) => problem.forced.includes(component)) || !strandsSomebody(model.registry, moves, model.now));
  const movesTo = (components: readonly string[], to: string): Move[] =>
    [...new Set(components)].sort().flatMap((component) => {
      const from = model.present.get(component);
      return from === undefined || from === to || !problem.movable(component) ? [] : [{ component, from, to }];
    });
  const seeds = (): Scored[] => {
    const groups = problem.candidates.flatMap((candidate) => [[candidate], [...reachOf(candidate, model.graph)]]);
    const together = problem.candidates.length > 1 ? [[...new Set(groups.flat())]] : [];
    // Who is forbidden where it is has to go, even where somebody who must be beside it may not follow.
    const alone = problem.forced.map((component) => [component]);
    const whole = [...groups, ...together].map((group) => group.flatMap(heldBy));
    const sets = [...whole, ...alone].flatMap((group) => places.map((place) => movesTo(group, place)));
    return [...new Map(sets.map((moves) => [keyOf(moves), moves])).values()]
      .filter((moves) => moves.length > 0 && allowed(moves))
      .map(score);
  };
  const improve = (start: readonly Move[]): Scored => {
    let best = score(start);
    const components = [...new Set([...start.map(({ component }) => component), ...problem.candidates])].sort();
    for (let round = 0; round < ROUNDS_MAX && evaluator.evaluations() < EVALUATIONS_MAX; round += 1) {
      const next = neighbours(best.moves, { components, places, movesTo, heldBy })
        .map(score)
        .sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1))
        .find((other) => other.value <= best.value + 1e-9 || allowed(other.moves));
      if (!next || next.value <= best.value + 1e-9) break;
      best = next;
    }
    return best;
  };
  return { score, seeds, improve };
}

interface Neighbourhood {
  readonly components: readonly string[];
  readonly places: readonly string[];
  readonly movesTo: (components: readonly string[], to: string) => Move[];
  readonly heldBy: (component: string) => readonly string[];
}

/** One component elsewhere, or where it is; who has to be beside it goes with it. */
function neighbours(moves: readonly Move[], { components, places, movesTo, heldBy }: Neighbourhood): (readonly Move[])[] {
  return components.flatMap((component) => {
    const held = heldBy(component);
    const others = moves.filter((move) => !held.includes(move.component));
    const back = others.length < moves.length ? [others] : [];
    const elsewhere = places.map((place) => movesTo(held, place)).filter(({ length }) => length > 0);
    return [...back, ...elsewhere.map((away) => [...others, ...away])];
  });
}

const keyOf = (moves: readonly Move[]): string =>
  moves
    .map(({ component, to }) => `${component}>${to}`)
    .sort()
    .join(",");

const coversForced = (moves: readonly Move[], { forced, movable }: PlanningProblem): boolean =>
  forced.filter(movable).length === 0 || forced.some((component) => moves.some((move) => move.component === component));

function valueOf(evaluator: Evaluator, placement: Placement, moves: number): number {
  const { score, money } = evaluator.evaluate(placement);
  return worthOf(score ?? 0, totalOf(money), moves);
}
