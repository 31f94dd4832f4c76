import type { Evaluator, Judgement } from "../predict/evaluate.ts";
import { termWeights } from "../predict/evaluate.ts";
import { reachOf } from "../predict/call-graph.ts";
import type { Model } from "../predict/model.ts";
import type { Money } from "../predict/money.ts";
import { withMoves, type Move, type Placement } from "../predict/placement.ts";
import { TERM_NAMES } from "../terms/index.ts";
import type { PreviewRow, PreviewUsd } from "./inputs.ts";

/** What a few moves do to the whole: the same as judging every component again, by judging those alone that notice. */
export interface Effect {
  readonly overall: PreviewRow;
  readonly usdPerHour: PreviewUsd;
  /** Of the components that move. */
  readonly judged: ReadonlyMap<string, Judgement>;
}

export interface Effects {
  readonly now: Effect;
  of(evaluator: Evaluator, moves: readonly Move[]): Effect;
}

export function createEffects(evaluator: Evaluator): Effects {
  const { model } = evaluator;
  const judged = evaluator.evaluate(model.present).components;
  const weightsOf = termWeights([...judged.keys()], model);
  const weights = new Map([...judged.keys()].map((key) => [key, weightsOf(key)]));
  const sums = TERM_NAMES.map(() => 0);
  const totals = TERM_NAMES.map(() => 0);
  for (const one of judged.values()) addTo({ sums, totals }, one, weights.get(one.component), 1);
  const noticing = noticersOf(model);
  const residents = Map.groupBy(judged.values(), ({ place }) => place);
  return {
    now: { overall: meansOf({ sums, totals }), usdPerHour: usdOf([...judged.values()].map(({ money }) => money)), judged },
    of: (asked, moves) => {
      const placement = withMoves(model.present, moves);
      const affected = new Set(moves.flatMap(({ component }) => [component, ...(noticing.get(component) ?? [])]));
      const total = { sums: [...sums], totals: [...totals] };
      const changes: Money[] = [];
      const moved = new Map<string, Judgement>();
      for (const key of affected) {
        const [before, after] = [judged.get(key), asked.judge(key, placement)];
        if (!before || !after) continue;
        addTo(total, before, weights.get(key), -1);
        addTo(total, after, weights.get(key), 1);
        changes.push(after.money, negative(before.money));
        if (moves.some(({ component }) => component === key)) moved.set(key, after);
      }
      addRoom(total, { asked, placement, moves, affected, residents });
      return { overall: meansOf(total), usdPerHour: usdOf(changes), judged: moved };
    },
  };
}

interface Totals {
  readonly sums: number[];
  readonly totals: number[];
}

function addTo(
  { sums, totals }: Totals,
  { terms }: Judgement,
  weights: Readonly<Record<string, number>> | undefined,
  sign: 1 | -1,
): void {
  TERM_NAMES.forEach((term, index) => {
    const [value, weight] = [terms[term], weights?.[term] ?? 0];
    if (value === null || weight <= 0) return;
    sums[index] = (sums[index] ?? 0) + sign * value * weight;
    totals[index] = (totals[index] ?? 0) + sign * weight;
  });
}

const meansOf = ({ sums, totals }: Totals): PreviewRow =>
  sums.map((sum, index) => ((totals[index] ?? 0) > 1e-9 ? sum / (totals[index] ?? 1) : null));

const negative = ({ compute, traffic, waiting }: Money): Money => ({ compute: -compute, traffic: -traffic, waiting: -waiting });

const usdOf = (parts: readonly Money[]): PreviewUsd => [
  parts.reduce((sum, { compute }) => sum + compute, 0),
  parts.reduce((sum, { traffic }) => sum + traffic, 0),
  parts.reduce((sum, { waiting }) => sum + waiting, 0),
];

/** Who has other answers or other calls when a component moves: everything that reaches it, and what it calls. */
function noticersOf({ registry, graph }: Model): ReadonlyMap<string, readonly string[]> {
  const noticing = new Map<string, Set<string>>();
  const add = (moved: string, who: string): void => void (noticing.get(moved) ?? set(moved)).add(who);
  const set = (key: string): Set<string> => {
    const made = new Set<string>();
    noticing.set(key, made);
    return made;
  };
  for (const { key } of registry.components) {
    for (const reached of reachOf(key, graph)) add(reached, key);
    for (const { to } of graph.callsOf(key)) add(key, to);
  }
  return new Map([...noticing].map(([key, who]) => [key, [...who].filter((other) => other !== key)]));
}

interface Room {
  readonly asked: Evaluator;
  readonly placement: Placement;
  readonly moves: readonly Move[];
  readonly affected: ReadonlySet<string>;
  readonly residents: ReadonlyMap<string, readonly Judgement[]>;
}

/** Those who stay in a place that gets fuller or emptier notice nothing but the room: one of them tells it for all. */
function addRoom({ sums }: Totals, { asked, placement, moves, affected, residents }: Room): void {
  const index = TERM_NAMES.indexOf("headroom");
  for (const place of new Set(moves.flatMap(({ from, to }) => [from, to]))) {
    const staying = (residents.get(place) ?? []).filter(({ component }) => !affected.has(component));
    const [first] = staying;
    if (!first) continue;
    const after = asked.judge(first.component, placement);
    sums[index] = (sums[index] ?? 0) + staying.length * ((after?.terms.headroom ?? 0) - (first.terms.headroom ?? 0));
  }
}
