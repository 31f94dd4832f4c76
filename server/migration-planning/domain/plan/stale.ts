import { policyFor } from "../../../component-registry/domain/policy.ts";
import type { PolicyRecord } from "../../../component-registry/domain/registry.ts";
import type { Drift } from "../predict/drift.ts";
import type { Evaluation, Evaluator } from "../predict/evaluate.ts";
import { withMoves } from "../predict/placement.ts";
import { totalOf } from "../predict/money.ts";
import { promiseOf } from "../predict/promise.ts";
import { refusalsAfter } from "../planner/feasibility.ts";
import { gainPercent } from "../planner/worth.ts";
import { horizonOf } from "./build-plan.ts";
import type { PlanContent, PlannedMove } from "./content.ts";

export interface StaleQuestion {
  readonly content: PlanContent;
  readonly evaluator: Evaluator;
  /** The one that the plan names, as it is now; null: it is gone. */
  readonly policy: PolicyRecord | null;
  readonly drift: Drift;
}

/** A plan whose gain has shrunk to less than this part of what it was is another plan. */
const GAIN_KEPT = 0.4;
/** A forecast that is a little outside of what was promised is no other plan yet. */
const OUTSIDE = 1.05;

/** Why a plan no longer says what is true, or null: what it was made from has changed. */
export function whyStale(question: StaleQuestion): string | null {
  const { content, evaluator, policy, drift } = question;
  if (policy === null) return `the policy ${content.policy} is gone`;
  if (policy.generation !== content.policyGeneration)
    return `the policy ${policy.name} was published again (generation ${policy.generation}, the plan is from ${content.policyGeneration})`;
  return (
    content.moves.reduce<string | null>((found, _, index) => found ?? movedOn(content.moves, index, evaluator), null) ??
    (content.drain === undefined ? gainGone({ content, evaluator, policy, drift }) : null)
  );
}

type Held = StaleQuestion & { readonly policy: PolicyRecord };

function movedOn(moves: readonly PlannedMove[], index: number, { model }: Evaluator): string | null {
  const move = moves[index];
  if (move === undefined) return null;
  const component = model.registry.components.find(({ key }) => key === move.component);
  if (!component) return `${move.component} is no longer registered`;
  const { name } = policyFor(model.registry.policies, component.application);
  if (move.policy !== undefined && move.policy !== name)
    return `${move.component} is under the policy ${name} now, the plan is from ${move.policy}`;
  if (model.present.get(move.component) !== move.from) return `${move.component} does not run in ${move.from} any more`;
  if (component.epoch !== move.epoch)
    return `${move.component} is at epoch ${component.epoch}, the plan is from epoch ${move.epoch}`;
  const [earlier, following] = [moves.slice(0, index), moves.slice(index + 1)];
  const [refusal] = refusalsAfter(model.registry, earlier, move, { now: model.now, following });
  return refusal ? `${refusal.constraint}: ${refusal.message}` : null;
}

function gainGone(question: Held): string | null {
  const { content, evaluator } = question;
  const { model } = evaluator;
  const [before, after] = [evaluator.evaluate(model.present), evaluator.evaluate(withMoves(model.present, content.moves))];
  if (before.score === null || after.score === null) return null;
  const gain = gainPercent(before, after);
  if (content.totals.gainPercent > 0 && gain < GAIN_KEPT * content.totals.gainPercent)
    return `the inputs have changed: it would gain ${gain.toFixed(1)} % now, ${content.totals.gainPercent.toFixed(1)} % were planned`;
  if (content.totals.usdPerHour > 0 && totalOf(before.money) <= totalOf(after.money))
    return "the inputs have changed: it would cost more than it gains";
  return promiseGone(question, after);
}

/** A promise is about users: what components get of each other changes with every breath of a machine. */
function promiseGone({ content, policy, drift }: Held, after: Evaluation): string | null {
  const horizon = horizonOf(content.moves.length, policy, drift);
  const judged = content.moves.map((move) => ({ move, groups: after.components.get(move.component)?.groups ?? [] }));
  const felt = judged.filter(({ groups }) => groups.some(({ user }) => user));
  for (const { move, groups } of felt.length > 0 ? felt : judged) {
    const interval = move.after.latencyMsP95Interval;
    const promised = promiseOf(groups, horizon);
    if (interval === null || promised === null) continue;
    const now = promised.latencyMsP95;
    if (now < interval[0] / OUTSIDE || now > interval[1] * OUTSIDE)
      return `the inputs have changed: ${move.component} would get ${Math.round(now)} ms at p95 now, ${Math.round(interval[0])} to ${Math.round(interval[1])} ms were planned`;
  }
  return null;
}
