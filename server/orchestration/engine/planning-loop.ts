import { driftOf } from "../../migration-planning/domain/predict/drift.ts";
import { createEvaluator, type Evaluator } from "../../migration-planning/domain/predict/evaluate.ts";
import type { Look, Looks } from "../../migration-planning/index.ts";
import type { PlanRecord } from "../../migration-planning/domain/plan/plan-record.ts";
import { whyStale } from "../../migration-planning/domain/plan/stale.ts";
import type { Planner } from "../../migration-planning/domain/planner/planner.ts";
import { OPEN_STATES } from "../../migration-planning/domain/plan/plan-states.ts";
import { systemActor } from "../../platform/actor.ts";
import { canonicalJson } from "../../platform/db/audit-trail.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import { isFrozen } from "../domain/freeze.ts";
import { tellPlan, type PlanService } from "../plan-service.ts";
import { proposeFor } from "../propose-plan.ts";
import type { MigrationStore, MigrationUnit } from "../ports.ts";
import type { LeasedChanges, ScoredComponent } from "./ports.ts";

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

/** Steps of a move in which clients may be waiting: nothing is worked out in this process then. */
const OPEN_PLANS_MAX = 200;
const PLANNER = { kind: "system", name: "planner" } as const;

/** One pass: what is over expires, what is no longer true is planned again, and what should move is proposed. */
export async function planningPass(deps: PlanningLoopDeps, term: number): Promise<void> {
  const open = await deps.store.plans.list({ states: OPEN_STATES, limit: OPEN_PLANS_MAX });
  const migrating = await deps.store.list({ states: ["running", "aborting", "pending", "rolling_back"], limit: 500 });
  // Somebody may be waiting for the move that runs: thinking is for quieter moments, and its inputs are about to change anyway.
  if (migrating.some(({ state, step }) => state === "aborting" || (state === "running" && step !== "watch"))) return;
  const look = await deps.looks.latest();
  await deps.changes.saveScores(term, scoresOf(look));
  const now = deps.clock.now();
  const proposed = open.filter(({ state }) => state === "proposed");
  const over = proposed.filter((plan) => plan.expiresAt <= now);
  for (const plan of over) await endPlan(deps, term, plan, { state: "expired", note: expiryNote(plan) });
  const drift = driftOf(look.buckets);
  const stale = proposed
    .filter((plan) => !over.includes(plan) && plan.content.moves.length > 0)
    .flatMap((plan) => {
      const why = whyStale({ content: plan.content, evaluator: evaluatorFor(look, plan), policy: look.policy, drift });
      return why === null ? [] : [{ plan, why }];
    });
  const kept = open.filter((plan) => !over.includes(plan) && !stale.some((entry) => entry.plan === plan));
  const successor = await propose(deps, term, look, kept);
  for (const { plan, why } of stale)
    await endPlan(deps, term, plan, {
      state: "superseded",
      note: why,
      ...(successor && sharesComponents(plan, successor) ? { supersededBy: successor.id } : {}),
    });
  if (successor && look.policy.spec.mode === "auto") await runByItself(deps, successor);
}

/** A plan that was made by weights of its own is held against those. */
function evaluatorFor({ evaluator, weights }: Look, { content }: PlanRecord): Evaluator {
  return canonicalJson(content.weights) === canonicalJson(weights)
    ? evaluator
    : createEvaluator({ ...evaluator.model, weights: content.weights });
}

function scoresOf({ evaluator, nominations }: Look): ScoredComponent[] {
  return nominations.map(({ component, candidate }) => {
    const judged = evaluator.judge(component, evaluator.model.present);
    return { component, candidate, score: judged === null ? null : { terms: judged.terms, combined: judged.combined } };
  });
}

const expiryNote = ({ content, expiresAt }: PlanRecord): string =>
  content.moves.length === 0 ? "nothing was worth moving" : `nobody decided until ${expiresAt.toISOString()}`;

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

/** A new plan for what should move and is not in another one's hands; null where there is nothing to say. */
async function propose(
  deps: PlanningLoopDeps,
  term: number,
  look: Look,
  open: readonly PlanRecord[],
): Promise<PlanRecord | null> {
  const { mode, guardRails } = look.policy.spec;
  if (mode === "observe") return null;
  const busy = new Set(open.flatMap(({ content }) => content.moves.map(({ component }) => component)));
  const resting = await restingComponents(deps, look);
  const { hoursSinceMove } = look.evaluator.model;
  const cooled = (component: string): boolean =>
    (hoursSinceMove.get(component) ?? Number.POSITIVE_INFINITY) * 60 >= guardRails.cooldownMinutes;
  const due = look.nominations.filter(
    ({ component, candidate, forbidden }) =>
      candidate && !busy.has(component) && (forbidden.length > 0 || (cooled(component) && !resting.has(component))),
  );
  if (due.length === 0) return null;
  const freeze = await deps.store.freeze();
  const now = deps.clock.now();
  const proposal = proposeFor({
    look,
    planner: deps.planner,
    components: due.map(({ component }) => component),
    only: false,
    busy: new Set([...busy, ...resting, ...[...hoursSinceMove.keys()].filter((component) => !cooled(component))]),
    running: look.registry.openMigrations.length,
    frozen: isFrozen(freeze, now),
    proposedBy: PLANNER,
    now,
    newId: deps.newId,
  });
  const forced = due.some(({ forbidden }) => forbidden.length > 0);
  if (proposal.content.moves.length === 0 || !(forced || isWorthIt(proposal))) return null;
  await deps.changes.change(term, async (unit: MigrationUnit) => {
    await unit.plans.insert(proposal);
    await tellPlan(unit, proposal, []);
  });
  deps.logger.info(
    { plan: proposal.id, summary: proposal.content.summary, totals: proposal.content.totals },
    "a plan is proposed",
  );
  return proposal;
}

/** Margin and payback make a proposal; the other guard rails make it run by itself. */
const isWorthIt = ({ content }: PlanRecord): boolean =>
  content.guardRails.filter(({ name }) => name === "margin" || name === "payback").every(({ ok }) => ok);

/** What somebody has rejected is not proposed again before the policy's cool-down is over, by the world's clock. */
async function restingComponents(deps: PlanningLoopDeps, look: Look): Promise<ReadonlySet<string>> {
  const rejected = await deps.store.plans.list({ states: ["rejected"], limit: 50 });
  const restMs = (look.policy.spec.guardRails.cooldownMinutes * 60_000) / look.worldSpeed;
  const recent = rejected.filter(({ endedAt }) => endedAt !== null && look.at.getTime() - endedAt.getTime() < restMs);
  return new Set(recent.flatMap(({ content }) => content.moves.map(({ component }) => component)));
}

/** In mode auto a plan whose guard rails all hold is approved by the planner itself; the approval's own checks still apply. */
async function runByItself(deps: PlanningLoopDeps, plan: PlanRecord): Promise<void> {
  if (!plan.content.guardRails.every(({ ok }) => ok)) return;
  await deps.plans.approve({
    id: plan.id,
    reason: "inside the guard rails",
    hash: plan.hash,
    actor: systemActor("planner"),
    requestId: null,
  });
}
