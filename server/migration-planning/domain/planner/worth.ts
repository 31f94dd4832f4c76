import type { Evaluation } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";

/** Money decides between placements of the same score; a dollar an hour is worth this many points. */
const POINTS_PER_USD = 0.5;

/** What a whole placement is worth: its score, and money as the tie's end. */
export const worthOf = ({ score, money }: Pick<Evaluation, "score" | "money">): number =>
  (score ?? 0) - POINTS_PER_USD * totalOf(money);

/** By how much of itself the whole score grows. */
export const gainPercent = (before: Pick<Evaluation, "score">, after: Pick<Evaluation, "score">): number =>
  (100 * ((after.score ?? 0) - (before.score ?? 0))) / Math.max(1, before.score ?? 0);

/** In how many hours a move's cost has come back; null: never. */
export const paybackHours = (costUsd: number, usdPerHour: number): number | null =>
  usdPerHour > 0 ? costUsd / usdPerHour : null;
