import type { Nomination } from "../nominate.ts";
import { gainPercent, worthOf } from "../planner/worth.ts";
import type { Evaluation, Evaluator } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";
import { withMoves, type Move } from "../predict/placement.ts";
import type { EvidenceFacts } from "./rail-facts.ts";

/** What gateways saw, what manifests and links say, and nothing that an agent reported. */
export interface GatewayView {
  readonly evaluator: Evaluator;
  readonly nominations: readonly Nomination[];
}

/** Less than the planner asks of a move: what is given and what is measured never agree to the last digit. */
const TOLERANCE_POINTS = 0.02;

/**
 * What speaks for a plan when no agent is believed. Who is a candidate has to be one there, too; every move has to pull its own
 * weight there, and one of a component that no gateway saw has to be worth something by what others call it. What a constraint
 * forces needs no evidence.
 */
export function supportOf(
  moves: readonly Move[],
  nominations: readonly Nomination[],
  { evaluator, nominations: confirmed }: GatewayView,
): EvidenceFacts {
  const { present, evidence } = evaluator.model;
  const [before, after] = [evaluator.evaluate(present), evaluator.evaluate(withMoves(present, moves))];
  const isUnsupported = (move: Move): boolean => {
    const own = nominations.find(({ component }) => component === move.component);
    if (own !== undefined && own.forbidden.length > 0) return false;
    const isConfirmed = confirmed.some(({ component, candidate }) => component === move.component && candidate);
    if (own?.candidate === true && !isConfirmed) return true;
    const others = moves.filter((other) => other !== move);
    const points = valueOf(after) - valueOf(evaluator.evaluate(withMoves(present, others)));
    const seen = evidence.get(move.component)?.latencyFrom === "gateway";
    return points < (seen ? -TOLERANCE_POINTS : TOLERANCE_POINTS);
  };
  return { gainPercent: gainPercent(before, after), unsupported: moves.filter(isUnsupported).map(({ component }) => component) };
}

const valueOf = ({ score, money }: Evaluation): number => worthOf(score ?? 0, totalOf(money), 0);
