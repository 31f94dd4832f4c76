import { createHash } from "node:crypto";
import type { Look } from "../migration-planning/index.ts";
import { buildPlan } from "../migration-planning/domain/plan/build-plan.ts";
import type { PlanContent } from "../migration-planning/domain/plan/content.ts";
import type { PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import { summarise } from "../migration-planning/domain/plan/summarise.ts";
import type { Planner } from "../migration-planning/domain/planner/planner.ts";
import { driftOf } from "../migration-planning/domain/predict/drift.ts";
import { placementsOf } from "../component-registry/domain/status.ts";
import { canonicalJson } from "../platform/db/audit-trail.ts";

export interface ProposalQuestion {
  readonly look: Look;
  readonly planner: Planner;
  /** What the search begins with. */
  readonly components: readonly string[];
  /** Nothing else may follow them. */
  readonly only: boolean;
  /** Components that another open plan is about. */
  readonly busy: ReadonlySet<string>;
  readonly running: number;
  readonly frozen: boolean;
  readonly proposedBy: PlanRecord["proposedBy"];
  readonly now: Date;
  readonly newId: (prefix: string) => string;
}

/** How long a proposal waits for a decision; one without moves has nothing to wait for. */
const DECIDE_WITHIN_MS = 30 * 60_000;
const EMPTY_WITHIN_MS = 60_000;
const MOVES_MAX = 20;
const HOUR_MS = 3_600_000;

/** Asks the planner, and writes down what it answers with every reason. A plan without moves is an answer, too. */
export function proposeFor(question: ProposalQuestion): PlanRecord {
  const { look, planner, components, proposedBy, now, newId } = question;
  const forced = look.nominations.filter(({ forbidden }) => forbidden.length > 0).map(({ component }) => component);
  const solution = planner.propose({
    evaluator: look.evaluator,
    candidates: components,
    forced: forced.filter((component) => components.includes(component)),
    movable: movableIn(question),
    movesMax: MOVES_MAX,
  });
  const content = solution.moves.length === 0 ? emptyPlan(look) : contentOf(solution.moves, question);
  const id = newId("pln");
  const expiresAt = new Date(now.getTime() + (content.moves.length === 0 ? EMPTY_WITHIN_MS : DECIDE_WITHIN_MS));
  return {
    id,
    state: "proposed",
    hash: planHash(id, content, expiresAt),
    content,
    createdAt: now,
    expiresAt,
    proposedBy,
    decision: null,
    note: null,
    supersededBy: null,
    endedAt: null,
  };
}

/** A component is moved by the planner where it runs in one place, and nothing moves it already. */
function movableIn({ look, components, only, busy }: ProposalQuestion): (component: string) => boolean {
  const { instances, openMigrations } = look.registry;
  const moving = new Set(openMigrations.map(({ componentKey }) => componentKey));
  return (component) =>
    (!only || components.includes(component)) &&
    !busy.has(component) &&
    !moving.has(component) &&
    placementsOf(instances, component).length === 1;
}

function contentOf(moves: Parameters<typeof buildPlan>[0]["moves"], question: ProposalQuestion): PlanContent {
  const { look, running, frozen, now } = question;
  const { minGainPercent, paybackHours, cooldownMinutes, maxConcurrent, maxPerHour, windows } = look.policy.spec.guardRails;
  return buildPlan({
    moves,
    evaluator: look.evaluator,
    policy: look.policy,
    drift: driftOf(look.buckets),
    past: look.past,
    breaches: look.breaches,
    rails: {
      minGainPercent,
      paybackHoursMax: paybackHours,
      cooldownMinutes,
      runningMoves: running,
      maxConcurrent,
      movesLastHour: look.past.filter(({ endedAt }) => now.getTime() - endedAt.getTime() < HOUR_MS / look.worldSpeed).length,
      maxPerHour,
      frozen,
      windows: windows.length,
    },
  });
}

function emptyPlan({ policy, weights, evaluator }: Look): PlanContent {
  const { score } = evaluator.evaluate(evaluator.model.present);
  return {
    policy: policy.name,
    policyGeneration: policy.generation,
    weights,
    summary: summarise([]),
    moves: [],
    totals: { gainPercent: 0, paybackHours: null, usdPerHour: 0, costUsd: 0, score: { before: score ?? 0, after: score ?? 0 } },
    gap: { percent: null, objective: score ?? 0, bound: null },
    guardRails: [],
  };
}

/** What an approval is for: this plan, these moves, these reasons, until then. */
export function planHash(id: string, content: PlanContent, expiresAt: Date): string {
  const text = canonicalJson(JSON.parse(JSON.stringify({ id, content, expiresAt: expiresAt.toISOString() })));
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
