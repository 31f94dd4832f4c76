import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";
import { withMoves, type Move } from "../predict/placement.ts";
import type { Evaluator } from "../predict/evaluate.ts";
import { computeUsdPerHour, egressUsdPerGiB, totalOf, USD_PER_REQUEST_MS } from "../predict/money.ts";

const HOUR_MS = 3_600_000;
const GIB = 2 ** 30;
/** Rounds of a copy repeat what changed meanwhile. */
const COPY_FACTOR = 1.2;
/** From the order to the retired source, without the watch. */
export const MOVE_MS = 8_000;

export interface MoveCostQuestion {
  readonly component: ComponentRecord;
  readonly move: Move;
  readonly earlier: readonly Move[];
  readonly evaluator: Evaluator;
  readonly stateBytes: number;
  readonly pauseMsP50: number;
  readonly watchMs: number;
}

/**
 * What a move costs once: the copy's egress, the held requests' waiting, the second copy's rent while both run, and what users wait
 * longer while only a part of the plan is done.
 */
export function moveCostUsd({ component, move, earlier, evaluator, stateBytes, pauseMsP50, watchMs }: MoveCostQuestion): number {
  const { model } = evaluator;
  const egress = (COPY_FACTOR * stateBytes * egressUsdPerGiB(move.from, move.to, model)) / GIB;
  const rate = model.rates.get(component.key) ?? 0;
  const pause = ((rate * pauseMsP50) / 1000) * (pauseMsP50 / 2) * USD_PER_REQUEST_MS;
  const place = model.registry.dataCenters.find(({ name }) => name === move.to);
  const rent = place ? ((computeUsdPerHour(component, place) ?? 0) * (watchMs + MOVE_MS)) / HOUR_MS : 0;
  return egress + pause + rent + stageHarmUsd(evaluator, [...earlier, move]);
}

function stageHarmUsd(evaluator: Evaluator, done: readonly Move[]): number {
  const { present } = evaluator.model;
  const more = totalOf(evaluator.evaluate(withMoves(present, done)).money) - totalOf(evaluator.evaluate(present).money);
  return (Math.max(0, more) * MOVE_MS) / HOUR_MS;
}
