import type { GuardRails } from "../../../component-registry/domain/manifest.ts";
import { gainPercent, paybackHours } from "../planner/worth.ts";
import type { Evaluation, Evaluator } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";
import { withMoves } from "../predict/placement.ts";
import type { PlanContent, PlannedMove, RailCheck } from "./content.ts";
import { checkRails } from "./guard-rails.ts";
import { railFactsOf, type EvidenceFacts, type RailFacts, type RailState } from "./rail-facts.ts";

export interface RailInput {
  readonly moves: readonly Pick<PlannedMove, "component" | "from" | "to" | "predictedPauseMs">[];
  readonly costUsd: number;
  readonly before: Evaluation;
  readonly after: Evaluation;
  readonly hoursSinceMove: ReadonlyMap<string, number>;
  readonly settings: GuardRails;
  readonly state: RailState;
  readonly evidence: EvidenceFacts;
}

export interface JudgedRails {
  readonly facts: RailFacts;
  readonly checks: readonly RailCheck[];
}

/** The guard rails against a plan as the world is now. */
export function judgeRails(input: RailInput): JudgedRails {
  const { moves, costUsd, before, after, hoursSinceMove, settings, state, evidence } = input;
  const hours = moves.flatMap(({ component }) => hoursSinceMove.get(component) ?? []);
  const facts = railFactsOf(state, { hoursSinceMove: hours.length === 0 ? null : Math.min(...hours), evidence });
  const checks = checkRails({
    settings,
    gainPercent: gainPercent(before, after),
    paybackHours: paybackHours(costUsd, totalOf(before.money) - totalOf(after.money)),
    moves: moves.map(({ predictedPauseMs, ...move }) => ({ ...move, pauseMsP90: predictedPauseMs.p90 })),
    facts,
  });
  return { facts, checks };
}

/** The same for a plan that was made earlier: its moves and their cost stay, everything else is looked at again. */
export function judgeAgain(
  { moves, totals }: Pick<PlanContent, "moves" | "totals">,
  evaluator: Evaluator,
  rest: Pick<RailInput, "settings" | "state" | "evidence">,
): JudgedRails {
  const { present, hoursSinceMove } = evaluator.model;
  const [before, after] = [evaluator.evaluate(present), evaluator.evaluate(withMoves(present, moves))];
  return judgeRails({ moves, costUsd: totals.costUsd, before, after, hoursSinceMove, ...rest });
}
