import { demandOf } from "../../../component-registry/domain/capacity.ts";
import { componentsIn, placementsOf } from "../../../component-registry/domain/status.ts";
import { heldTogether } from "../constraints/held-together.ts";
import { refusalsOf } from "../constraints/index.ts";
import type { Evaluator } from "../predict/evaluate.ts";
import { withMoves, type Move } from "../predict/placement.ts";
import { isFeasible, refusalsAfter } from "./feasibility.ts";
import { orderMoves } from "./order-moves.ts";

/** What stays in a place that is to be emptied, and why. */
export interface Staying {
  readonly component: string;
  readonly message: string;
}

export interface Emptying {
  /** In an order in which each is allowed at its turn. */
  readonly moves: readonly Move[];
  readonly stays: readonly Staying[];
}

/** Why nobody may move a component, whatever is to be emptied; null: somebody may. */
type WhyHeld = (component: string) => string | null;

/** Deciding and watching more at once than this is nobody's plan: what is left is planned when these are gone. */
const MOVES_MAX = 40;
const ROUNDS_MAX = 2;
/** From here on a placement that is good has to do. */
const EVALUATIONS_MAX = 2_000;

/**
 * Everything that runs in a place, elsewhere. Unlike a planner it does not ask whether a move is worth it: the place is to be
 * empty. First all together in each place in turn, and each where it is best; then single components are put elsewhere. Who has to
 * be beside another goes with it where one place takes both, and is left behind where none does.
 */
export function emptyPlace(evaluator: Evaluator, place: string, whyHeld: WhyHeld = () => null): Emptying {
  const { registry } = evaluator.model;
  const here = [...componentsIn(registry, place)].sort((a, b) => cpuOf(evaluator, b) - cpuOf(evaluator, a) || (a < b ? -1 : 1));
  const busy = here.filter((component) => (whyHeld(component) ?? whyBusy(evaluator, component)) !== null);
  const free = here.filter((component) => !busy.includes(component)).slice(0, MOVES_MAX);
  const places = registry.dataCenters.map(({ name }) => name).filter((name) => name !== place);
  const units = unitsOf(evaluator, free);
  const starts = [null, ...places].map((preferred) => assign(evaluator, { units, from: place, places, preferred }));
  const most = Math.max(0, ...starts.map(({ length }) => length));
  const best = starts
    .filter(({ length }) => length === most)
    .reduce((one, other) => (scoreOf(evaluator, other) > scoreOf(evaluator, one) + 1e-9 ? other : one), starts[0] ?? []);
  const moves = improve(evaluator, best, { units, places });
  const moved = new Set(moves.map(({ component }) => component));
  return {
    moves: orderMoves(moves, evaluator) ?? moves,
    stays: here
      .filter((component) => !moved.has(component))
      .map((component) => ({ component, message: whyHeld(component) ?? whyStays(evaluator, component, moves) })),
  };
}

const cpuOf = ({ model }: Evaluator, key: string): number => {
  const component = model.registry.components.find((record) => record.key === key);
  return component ? demandOf(component.spec).cpuMillicores : 0;
};

const scoreOf = (evaluator: Evaluator, moves: readonly Move[]): number =>
  evaluator.evaluate(withMoves(evaluator.model.present, moves)).score ?? 0;

function whyBusy({ model }: Evaluator, component: string): string | null {
  const { openMigrations, instances } = model.registry;
  const open = openMigrations.find(({ componentKey }) => componentKey === component);
  if (open) return `${open.id} is moving it already`;
  return placementsOf(instances, component).length > 1 ? "it runs in several places: each of them is its own to decide" : null;
}

/** Components that go together, in the order in which they are placed. */
type Unit = readonly string[];

function unitsOf({ model }: Evaluator, components: readonly string[]): readonly Unit[] {
  const heldBy = heldTogether(model.registry.components);
  return [...Map.groupBy(components, (component) => heldBy(component)[0]).values()];
}

interface Assignment {
  readonly units: readonly Unit[];
  readonly from: string;
  readonly places: readonly string[];
  /** Where a component goes whenever it may; null: where it is best. */
  readonly preferred: string | null;
}

function assign(evaluator: Evaluator, { units, ...rest }: Assignment): readonly Move[] {
  return units.reduce<readonly Move[]>((moves, unit) => {
    const together = assignUnit(evaluator, unit, { moves, ...rest });
    if (together.length > 0 || unit.length === 1) return [...moves, ...together];
    return unit.reduce((before, one) => [...before, ...assignUnit(evaluator, [one], { moves: before, ...rest })], moves);
  }, []);
}

/** Its moves to the place that is best for all of them; none where no place takes them all behind the moves before. */
function assignUnit(
  evaluator: Evaluator,
  unit: Unit,
  { moves, from, places, preferred }: Omit<Assignment, "units"> & { readonly moves: readonly Move[] },
): readonly Move[] {
  const { registry, now, present } = evaluator.model;
  const goingTo = (to: string): readonly Move[] => unit.map((component) => ({ component, from, to }));
  const allowed = places.filter((to) =>
    goingTo(to).every((move, index, going) => {
      const following = going.slice(index + 1);
      return refusalsAfter(registry, [...moves, ...going.slice(0, index)], move, { now, following }).length === 0;
    }),
  );
  const scoreOfAll = (to: string): number => {
    const placement = withMoves(present, [...moves, ...goingTo(to)]);
    return unit.reduce((sum, component) => sum + (evaluator.judge(component, placement)?.combined ?? 0), 0);
  };
  const to = preferred !== null && allowed.includes(preferred) ? preferred : bestOf(allowed, scoreOfAll);
  return to === null ? [] : goingTo(to);
}

function bestOf(places: readonly string[], score: (place: string) => number): string | null {
  const scored = places.map((place) => ({ place, score: score(place) }));
  return scored.sort((a, b) => b.score - a.score || (a.place < b.place ? -1 : 1))[0]?.place ?? null;
}

function improve(
  evaluator: Evaluator,
  start: readonly Move[],
  { units, places }: Pick<Assignment, "units" | "places">,
): readonly Move[] {
  const { registry, now } = evaluator.model;
  let best = { moves: start, score: scoreOf(evaluator, start) };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = best.score;
    for (const unit of units) {
      for (const to of places) {
        if (evaluator.evaluations() > EVALUATIONS_MAX) return best.moves;
        const moves = best.moves.map((move) => (unit.includes(move.component) ? { ...move, to } : move));
        const score = scoreOf(evaluator, moves);
        if (score > best.score + 1e-9 && isFeasible(registry, moves, now)) best = { moves, score };
      }
    }
    if (best.score <= before + 1e-9) break;
  }
  return best.moves;
}

/** What refuses it everywhere is told once: a pin, a country, a place that is full when the others have moved. */
function whyStays(evaluator: Evaluator, key: string, moves: readonly Move[]): string {
  const { registry, now, present } = evaluator.model;
  const busy = whyBusy(evaluator, key);
  const component = registry.components.find((record) => record.key === key);
  if (busy !== null || !component) return busy ?? "it is no longer registered";
  const others = registry.dataCenters.filter(({ name }) => name !== present.get(key));
  const reasons = others.map(
    (destination) =>
      refusalsAfter(registry, moves, { component: key, to: destination.name }, { now })[0] ??
      refusalsOf({ component, destination, registry, now })[0],
  );
  if (others.length > 0 && reasons.some((reason) => reason === undefined))
    return `more than ${MOVES_MAX} components: drain again when these are gone`;
  return [...new Set(reasons.flatMap((reason) => reason?.message ?? []))].slice(0, 3).join("; ") || "there is no other place";
}
