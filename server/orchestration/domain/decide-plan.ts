import type { Mode } from "../../component-registry/domain/manifest.ts";
import { modeOf, policyFor, RUN_BY_PEOPLE } from "../../component-registry/domain/policy.ts";
import type { ComponentRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { COMPANION_WATCH_MS } from "../../migration-planning/domain/plan/build-plan.ts";
import type { PlanContent, PlannedMove } from "../../migration-planning/domain/plan/content.ts";
import type { PlanRecord } from "../../migration-planning/domain/plan/plan-record.ts";
import { decidedCode, isDecidable } from "../../migration-planning/domain/plan/plan-states.ts";
import { applyMove } from "../../migration-planning/domain/planner/feasibility.ts";
import type { Result } from "../../platform/result.ts";
import { isFrozen, type Freeze } from "./freeze.ts";
import type { MovePromise } from "./promise.ts";
import { judgeMigration, type AcceptedMigration, type Refused } from "./request-migration.ts";

export interface PlanDecisionQuestion {
  readonly plan: PlanRecord;
  /** What the decision was made on; null: whoever decides trusts the id. */
  readonly hash: string | null;
  readonly registry: RegistrySnapshot;
  readonly freeze: Freeze | null;
  readonly now: Date;
  /** Nobody is asked: every moved component has to be in mode auto. */
  readonly automatic: boolean;
}

const no = (code: string, message: string): { ok: false; reasons: readonly Refused[] } => ({
  ok: false,
  reasons: [{ kind: "conflict", code, path: null, message }],
});

/** Whether a plan takes a decision at all: it is open, not over, and the one that was read. */
export function judgeOpen({
  plan,
  hash,
  now,
}: Pick<PlanDecisionQuestion, "plan" | "hash" | "now">): Result<null, readonly Refused[]> {
  if (hash !== null && hash !== plan.hash) return no("stale", `${plan.id} is not what was decided on: its hash is ${plan.hash}`);
  if (!isDecidable(plan.state)) {
    const successor = plan.supersededBy === null ? "" : `; ${plan.supersededBy} takes its place`;
    return no(
      decidedCode(plan.state),
      `${plan.id} is ${plan.state} already${plan.note === null ? "" : ` (${plan.note})`}${successor}`,
    );
  }
  return plan.expiresAt <= now
    ? no("expired", `${plan.id} expired at ${plan.expiresAt.toISOString()}`)
    : { ok: true, value: null };
}

export interface AcceptedMove {
  readonly move: PlannedMove;
  readonly accepted: AcceptedMigration;
}

/** Accepts every move of a plan, or none: each must still be true, and allowed after those before it. */
export function judgeApproval(question: PlanDecisionQuestion): Result<readonly AcceptedMove[], readonly Refused[]> {
  const { plan, registry, freeze, now } = question;
  const open = judgeOpen(question);
  if (!open.ok) return open;
  const { moves } = plan.content;
  if (moves.length === 0) return no("empty", `${plan.id} has no moves`);
  if (isFrozen(freeze, now)) return no("frozen", `frozen by ${freeze.by.name}: ${freeze.reason}`);
  const held = heldByMode(plan, question);
  if (held !== null) return no("mode", held);
  const accepted: AcceptedMove[] = [];
  let world = registry;
  for (const [index, move] of moves.entries()) {
    const component = registry.components.find(({ key }) => key === move.component);
    if (component && component.epoch !== move.epoch)
      return no("stale", `${move.component} is at epoch ${component.epoch}, the plan is from epoch ${move.epoch}`);
    const following = moves.slice(index + 1);
    const { component: key, from, to } = move;
    const judged = judgeMigration({ component: key, from, to, registry: world, freeze, now, following });
    if (!judged.ok) return { ok: false, reasons: judged.reasons.map(asStale) };
    accepted.push({ move, accepted: judged.value });
    world = applyMove(world, move);
  }
  return { ok: true, value: accepted };
}

const RUN_BY_ITSELF: readonly Mode[] = ["auto"];

/** Why the mode of a component does not let the plan run, or null: a plan is as careful as the most careful of its components. */
function heldByMode(
  { content: { moves } }: PlanRecord,
  { registry, automatic }: Pick<PlanDecisionQuestion, "registry" | "automatic">,
): string | null {
  const allowed = automatic ? RUN_BY_ITSELF : RUN_BY_PEOPLE;
  const components = moves.flatMap(({ component }) => registry.components.find(({ key }) => key === component) ?? []);
  const held = components.find((component) => !allowed.includes(modeOf(registry.policies, component)));
  return held === undefined
    ? null
    : `${inMode(held, registry)}: ${automatic ? "nothing of it runs by itself" : "its plans are not run"}`;
}

/** `shop/cart is in mode observe (policy default)`. */
export function inMode(component: ComponentRecord, { policies }: Pick<RegistrySnapshot, "policies">): string {
  const { name } = policyFor(policies, component.application);
  return `${component.key} is in mode ${modeOf(policies, component)} (policy ${name})`;
}

/** What is gone or somewhere else makes the plan stale; a constraint and a busy component keep their names. */
const asStale = (reason: Refused): Refused =>
  reason.code === "not-there" || reason.kind === "not-found" ? { ...reason, kind: "conflict", code: "stale" } : reason;

export function promiseOfMove({ before, after, predictedPauseMs, costUsd }: PlannedMove): MovePromise {
  return {
    pauseMs: predictedPauseMs,
    latencyMsP95: after.latencyMsP95,
    latencyMsP95Interval: after.latencyMsP95Interval,
    latencyMsP95Before: before.latencyMsP95,
    costUsd,
  };
}

/** Only the last move of several is watched for as long as the policy says: what is promised is the plan's end. */
export function watchMsOf(index: number, { moves }: PlanContent, watchMs: number): number {
  return index === moves.length - 1 ? watchMs : Math.min(watchMs, COMPANION_WATCH_MS);
}
