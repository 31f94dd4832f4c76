import { withMoves, type Move } from "../predict/placement.ts";
import type { Evaluator } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";
import { refusalsAfter } from "./feasibility.ts";

/** From so many moves on their order is by name: looking at each order's harm would take longer than the harm lasts. */
const ORDERED_MAX = 16;

/** Moves in the order that costs users least on the way, each allowed at its turn; null where no order is. */
export function orderMoves(moves: readonly Move[], evaluator: Evaluator): readonly Move[] | null {
  const { model } = evaluator;
  const ordered: Move[] = [];
  let left = [...moves];
  while (left.length > 0) {
    const allowed = left.filter((move) => {
      const following = left.filter((other) => other !== move);
      return refusalsAfter(model.registry, ordered, move, { now: model.now, following }).length === 0;
    });
    const [first] = allowed;
    if (!first) return null;
    const next = left.length > ORDERED_MAX ? first : leastHarm(allowed, ordered, evaluator, first);
    ordered.push(next);
    left = left.filter((move) => move !== next);
  }
  return ordered;
}

function leastHarm(allowed: readonly Move[], before: readonly Move[], evaluator: Evaluator, first: Move): Move {
  const costOf = (move: Move): number => totalOf(evaluator.evaluate(withMoves(evaluator.model.present, [...before, move])).money);
  const costs = new Map(allowed.map((move) => [move, costOf(move)]));
  return allowed.reduce((best, move) => ((costs.get(move) ?? 0) < (costs.get(best) ?? 0) - 1e-12 ? move : best), first);
}
