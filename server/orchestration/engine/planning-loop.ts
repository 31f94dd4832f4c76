import { driftOf, type Drift } from "../../migration-planning/domain/predict/drift.ts";
import { createEvaluator, type Evaluator } from "../../migration-planning/domain/predict/evaluate.ts";
import { viewOf, type Look, type Looks } from "../../migration-planning/index.ts";
import type { PlanRecord } from "../../migration-planning/domain/plan/plan-record.ts";
import { whyStale } from "../../migration-planning/domain/plan/stale.ts";
import type { Planner } from "../../migration-planning/domain/planner/planner.ts";
import { isDecidable, OPEN_STATES } from "../../migration-planning/domain/plan/plan-states.ts";
import { canonicalJson } from "../../platform/db/audit-trail.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { tellPlan, type PlanService } from "../plan-service.ts";
import type { MigrationStore } from "../ports.ts";
import type { LeasedChanges, ScoredComponent } from "./ports.ts";
import { proposeDue } from "./propose-due.ts";
import { runByThemselves, stopBrokenPolicies } from "./run-automatically.ts";

export interface PlanningLoopDeps {
  readonly store: MigrationStore;
  readonly changes: LeasedChanges;
  readonly plans: PlanService;
  readonly looks: Looks;
  readonly planner: Planner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
}

const OPEN_PLANS_MAX = 200;

/**
 * One pass: what is over expires, what is no longer true is planned again, what should move is proposed under its own policy, and
 * what may run by itself runs: plans of earlier passes, too, that waited for a window or a budget.
 */
export async function planningPass(deps: PlanningLoopDeps, term: number): Promise<void> {
  const open = await deps.store.plans.list({ states: OPEN_STATES, limit: OPEN_PLANS_MAX });
  const migrating = await deps.store.list({ states: ["running", "aborting"], limit: 500 });
  // Somebody may be waiting for the move that runs: thinking is for quieter moments, and its inputs are about to change anyway.
  if (migrating.some((migration) => isOnItsWay(migration, deps.clock.now()))) return;
  const look = await deps.looks.latest();
  await deps.changes.saveScores(term, scoresOf(look));
  await stopBrokenPolicies(deps, term, look);
  const now = deps.clock.now();
  const proposed = open.filter(({ state }) => isDecidable(state));
  const over = proposed.filter((plan) => plan.expiresAt <= now);
  for (const plan of over) await endPlan(deps, term, plan, { state: "expired", note: expiryNote(plan) });
  const stale = staleOf(
    proposed.filter((plan) => !over.includes(plan)),
    look,
  );
  const kept = open.filter((plan) => !over.includes(plan) && !stale.some((entry) => entry.plan === plan));
  const successors = await proposeDue(deps, term, look, kept);
  for (const { plan, why } of stale) {
    const supersededBy = successors.find((successor) => sharesComponents(plan, successor))?.id;
    await endPlan(deps, term, plan, { state: "superseded", note: why, ...(supersededBy === undefined ? {} : { supersededBy }) });
  }
  await runByThemselves(deps, look, [...kept.filter(({ state }) => isDecidable(state)), ...successors]);
}

/** A move that has stood still for this long holds up itself, not all planning. */
const STANDS_STILL_MS = 60_000;

function isOnItsWay({ state, step, steps, createdAt }: MigrationRecord, now: Date): boolean {
  if (state === "running" && step === "watch") return false;
  const times = steps.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]).filter((at) => at !== null);
  const latestMs = Math.max(createdAt.getTime(), ...times.map((at) => at.getTime()));
  return now.getTime() - latestMs < STANDS_STILL_MS;
}

function staleOf(plans: readonly PlanRecord[], look: Look): readonly { readonly plan: PlanRecord; readonly why: string }[] {
  const drift = driftOf(look.buckets);
  return plans
    .filter(({ content }) => content.moves.length > 0)
    .flatMap((plan) => {
      const why = whyPlanStale(plan, look, drift);
      return why === null ? [] : [{ plan, why }];
    });
}

function whyPlanStale({ content }: PlanRecord, look: Look, drift: Drift): string | null {
  const view = look.views.find(({ policy }) => policy.name === content.policy) ?? null;
  const { evaluator, weights } = view ?? look;
  return whyStale({ content, evaluator: evaluatorFor(evaluator, weights, content), policy: view?.policy ?? null, drift });
}

/** A plan that was made by weights of its own is held against those. */
const evaluatorFor = (evaluator: Evaluator, weights: Look["weights"], content: PlanRecord["content"]): Evaluator =>
  canonicalJson(content.weights) === canonicalJson(weights)
    ? evaluator
    : createEvaluator({ ...evaluator.model, weights: content.weights });

function scoresOf(look: Look): ScoredComponent[] {
  return look.nominations.map(({ component, candidate }) => {
    const { evaluator } = viewOf(look, component);
    const judged = evaluator.judge(component, evaluator.model.present);
    return { component, candidate, score: judged === null ? null : { terms: judged.terms, combined: judged.combined } };
  });
}

/** What was without moves from the start has said why. */
const expiryNote = ({ content, expiresAt, note }: PlanRecord): string =>
  content.moves.length === 0 ? (note ?? "nothing was worth moving") : `nobody decided until ${expiresAt.toISOString()}`;

const sharesComponents = (a: PlanRecord, b: PlanRecord): boolean =>
  a.content.moves.some(({ component }) => b.content.moves.some((move) => move.component === component));

interface Ending {
  readonly state: "expired" | "superseded";
  readonly note: string;
  readonly supersededBy?: string;
}

async function endPlan(deps: PlanningLoopDeps, term: number, plan: PlanRecord, ending: Ending): Promise<void> {
  const endedAt = deps.clock.now();
  await deps.changes.change(term, async (unit) => {
    await unit.plans.find(plan.id);
    if (await unit.plans.update(plan.id, { ...ending, endedAt })) await tellPlan(unit, { ...plan, ...ending, endedAt }, []);
  });
}
