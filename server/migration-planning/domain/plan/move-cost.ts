import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";
import { withMoves, type Move } from "../predict/placement.ts";
import type { Evaluator } from "../predict/evaluate.ts";
import { computeUsdPerHour, egressUsdPerGiB, totalOf, USD_PER_REQUEST_MS } from "../predict/money.ts";
import { predictPause, type PastMove } from "./pause.ts";

const HOUR_MS = 3_600_000;
const GIB = 2 ** 30;
/** Rounds of a copy repeat what changed meanwhile. */
const COPY_FACTOR = 1.2;
/** From the order to the retired source, without the watch. */
export const MOVE_MS = 8_000;

export interface MoveCostQuestion {
  readonly move: Move;
  /** Moves of the same plan that are made before it. */
  readonly earlier: readonly Move[];
  readonly evaluator: Evaluator;
  readonly past: readonly PastMove[];
  readonly watchMs: number;
}

export interface MoveCost {
  readonly component: ComponentRecord;
  readonly stateBytes: number;
  readonly pauseMs: { readonly p50: number; readonly p90: number };
  readonly costUsd: number;
}

/**
 * What a move copies, how long it holds requests, and what it costs once: the copy's egress, the held requests' waiting, the second
 * copy's rent while both run, and what users wait longer while only a part of the plan is done. Null: the model does not know it.
 */
export function costOfMove({ move, earlier, evaluator, past, watchMs }: MoveCostQuestion): MoveCost | null {
  const { model } = evaluator;
  const component = model.registry.components.find(({ key }) => key === move.component);
  if (!component) return null;
  const stateless = component.spec.state.kind === "stateless";
  const stateBytes = stateless ? 0 : component.spec.state.sizeMiB * 2 ** 20;
  const { rttMs, orchestratorPlace = null } = model;
  const pauseMs = predictPause({ ...move, stateless, rttMs, orchestratorPlace }, past);
  const egress = (COPY_FACTOR * stateBytes * egressUsdPerGiB(move.from, move.to, model)) / GIB;
  const rate = model.rates.get(component.key) ?? 0;
  const pause = ((rate * pauseMs.p50) / 1000) * (pauseMs.p50 / 2) * USD_PER_REQUEST_MS;
  const place = model.registry.dataCenters.find(({ name }) => name === move.to);
  const rent = place ? ((computeUsdPerHour(component, place) ?? 0) * (watchMs + MOVE_MS)) / HOUR_MS : 0;
  return { component, stateBytes, pauseMs, costUsd: egress + pause + rent + stageHarmUsd(evaluator, [...earlier, move]) };
}

/** Of all moves of a plan, in their order. */
export const costOfMovesUsd = (moves: readonly Move[], rest: Omit<MoveCostQuestion, "move" | "earlier">): number =>
  moves.reduce((sum, move, index) => sum + (costOfMove({ ...rest, move, earlier: moves.slice(0, index) })?.costUsd ?? 0), 0);

function stageHarmUsd(evaluator: Evaluator, done: readonly Move[]): number {
  const { present } = evaluator.model;
  const more = totalOf(evaluator.evaluate(withMoves(present, done)).money) - totalOf(evaluator.evaluate(present).money);
  return (Math.max(0, more) * MOVE_MS) / HOUR_MS;
}
