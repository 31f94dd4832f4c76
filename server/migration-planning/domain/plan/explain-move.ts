import type { Evaluator } from "../predict/evaluate.ts";
import { promiseOf, type Horizon } from "../predict/promise.ts";
import type { Group } from "../predict/evidence.ts";
import { withMoves, type Move, type Placement } from "../predict/placement.ts";
import { p95Of } from "../predict/predict-groups.ts";
import { totalOf } from "../predict/money.ts";
import { refusalsAfter } from "../planner/feasibility.ts";
import { shares, type Terms, type Weights } from "../terms/index.ts";
import type { Alternative, PlannedMove, RegionChange } from "./content.ts";

/** Points by term from the score here to the score there; they sum to the change. Largest first. */
export function explainPoints(before: Terms, after: Terms, weights: Weights): PlannedMove["why"] {
  const points = (terms: Terms): Map<string, number> =>
    new Map(shares(terms, weights).map(({ term, share, value }) => [term, share * value]));
  const [from, to] = [points(before), points(after)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((term) => ({ term, points: (to.get(term) ?? 0) - (from.get(term) ?? 0) }))
    .sort((a, b) => b.points - a.points);
}

/** Fewer requests than this have no percentile to speak of. */
const RATE_MIN = 0.05;

/** What users of each region get of one component, before and after; gains by users first, losses last and never left out. */
export function regionChanges(
  before: readonly Group[],
  after: readonly Group[],
  target: number | null,
  horizon: Horizon,
): RegionChange[] {
  const regions = new Set(before.flatMap((group) => (group.user && group.region !== null ? [group.region] : [])));
  const changes = [...regions].flatMap((region): RegionChange[] => {
    const of = (groups: readonly Group[]): readonly Group[] => groups.filter((group) => group.user && group.region === region);
    const rate = of(before).reduce((sum, group) => sum + group.requestsPerSecond, 0);
    const [now, promised] = [p95Of(of(before)), promiseOf(of(after), horizon)];
    if (now === null || promised === null || rate < RATE_MIN) return [];
    const then = promised.latencyMsP95;
    const crosses =
      target === null || now > target === then > target ? null : now > target ? ("enters" as const) : ("leaves" as const);
    return [
      {
        region,
        requestsPerSecond: rate,
        latencyMsP95: { before: now, after: then, interval: promised.interval },
        target: crosses,
      },
    ];
  });
  const worth = ({ latencyMsP95, requestsPerSecond }: RegionChange): number =>
    (latencyMsP95.after - latencyMsP95.before) * (latencyMsP95.after > latencyMsP95.before ? 1 : requestsPerSecond);
  return changes.sort((a, b) => worth(a) - worth(b));
}

const SHOWN = 4;

/** The other places for one component while the rest of the plan stays, and doing nothing. */
export function alternativesOf(move: Move, moves: readonly Move[], evaluator: Evaluator): Alternative[] {
  const { model } = evaluator;
  const others = moves.filter((other) => other !== move);
  const base = totalOf(evaluator.evaluate(model.present).money);
  const figures = (placement: Placement) => {
    const judged = evaluator.judge(move.component, placement);
    const usdPerHour = totalOf(evaluator.evaluate(placement).money) - base;
    return { combined: judged?.combined ?? null, latencyMsP95: judged?.latencyMsP95 ?? null, usdPerHour };
  };
  const chosen = figures(withMoves(model.present, moves));
  const places = model.registry.dataCenters
    .map(({ name }) => name)
    .filter((name) => name !== move.from && name !== move.to)
    .filter(
      (name) => refusalsAfter(model.registry, others, { component: move.component, to: name }, { now: model.now }).length === 0,
    )
    .map((name) => ({
      dataCenter: name,
      ...figures(withMoves(model.present, [...others, { component: move.component, to: name }])),
    }))
    .sort((a, b) => (b.combined ?? -1) - (a.combined ?? -1) || (a.dataCenter < b.dataCenter ? -1 : 1));
  const nothing = { dataCenter: null, ...figures(model.present) };
  return [
    { dataCenter: move.to, ...chosen, chosen: true, whyNot: null },
    ...places.slice(0, SHOWN).map((place) => ({ ...place, chosen: false, whyNot: whyNot(place, chosen) })),
    { ...nothing, chosen: false, whyNot: whyNot(nothing, chosen) },
  ];
}

interface Figured {
  readonly combined: number | null;
  readonly usdPerHour: number;
}

/** A place may score more for its component alone: then the whole of the plan says no. */
function whyNot(place: Figured, chosen: Figured): string {
  const points = (chosen.combined ?? 0) - (place.combined ?? 0);
  if (points > 0.05) return `${points.toFixed(1)} points less`;
  const usd = place.usdPerHour - chosen.usdPerHour;
  return usd > 0 ? `${usd.toFixed(3)} $/h dearer, all components together` : "worse for the other components";
}
