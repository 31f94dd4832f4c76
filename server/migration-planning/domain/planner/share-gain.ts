import type { Evaluator } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";
import { withMoves, type Move } from "../predict/placement.ts";

export interface MoveShare {
  readonly usdPerHour: number;
  readonly sharePercent: number;
}

/** All orders up to so many moves; beyond, so many rotations of one order and of its reverse, which is exact for pairwise gains. */
const EXACT_MAX = 5;

/**
 * Each move's part of the plan's gain: its Shapley value (L. S. Shapley, "A value for n-person games", 1953), the mean of what it
 * adds over the orders in which the moves could be made. The parts sum to the whole.
 */
export function shareGain(moves: readonly Move[], evaluator: Evaluator): readonly MoveShare[] {
  const cache = new Map<string, { score: number; usd: number }>();
  const worth = (set: readonly Move[]): { score: number; usd: number } => {
    const key = set
      .map(({ component }) => component)
      .sort()
      .join("|");
    const known = cache.get(key);
    if (known) return known;
    const { score, money } = evaluator.evaluate(withMoves(evaluator.model.present, set));
    const value = { score: score ?? 0, usd: -totalOf(money) };
    cache.set(key, value);
    return value;
  };
  const orders = ordersOf(moves);
  const sums = new Map(moves.map((move) => [move, { score: 0, usd: 0 }]));
  for (const order of orders) {
    order.forEach((move, index) => {
      const [before, after] = [worth(order.slice(0, index)), worth(order.slice(0, index + 1))];
      const sum = sums.get(move) ?? { score: 0, usd: 0 };
      sums.set(move, { score: sum.score + after.score - before.score, usd: sum.usd + after.usd - before.usd });
    });
  }
  const total = [...sums.values()].reduce((all, { score }) => all + score, 0);
  return moves.map((move) => {
    const { score, usd } = sums.get(move) ?? { score: 0, usd: 0 };
    return {
      usdPerHour: usd / orders.length,
      sharePercent: Math.abs(total) < 1e-12 ? 100 / moves.length : (100 * score) / total,
    };
  });
}

function ordersOf(moves: readonly Move[]): readonly (readonly Move[])[] {
  if (moves.length <= EXACT_MAX) return permutations(moves);
  const rotations = moves.map((_, index) => [...moves.slice(index), ...moves.slice(0, index)]);
  return [...rotations, ...rotations.map((order) => [...order].reverse())];
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
