import type { Evaluation } from "../predict/evaluate.ts";

/** A move has to be worth this many points of the whole score, or it is left out: moving for nothing is not nothing. */
export const POINTS_MIN = 0.05;
/** Money decides between placements of the same score; a dollar an hour is worth this many points. */
const POINTS_PER_USD = 0.5;

/** What a placement is worth: the whole score, less what each move has to be worth, and money as the tie's end. */
export const worthOf = (score: number, usdPerHour: number, moves: number): number =>
  score - POINTS_MIN * moves - POINTS_PER_USD * usdPerHour;

/** By how much of itself the whole score grows. */
export const gainPercent = (before: Pick<Evaluation, "score">, after: Pick<Evaluation, "score">): number =>
  (100 * ((after.score ?? 0) - (before.score ?? 0))) / Math.max(1, before.score ?? 0);

/** In how many hours a move's cost has come back; null: never. */
export const paybackHours = (costUsd: number, usdPerHour: number): number | null =>
  usdPerHour > 0 ? costUsd / usdPerHour : null;
