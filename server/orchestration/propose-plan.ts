import { createHash } from "node:crypto";
import type { Look, PolicyView } from "../migration-planning/index.ts";
import { buildPlan } from "../migration-planning/domain/plan/build-plan.ts";
import type { PlanContent } from "../migration-planning/domain/plan/content.ts";
import { automaticMovesMax } from "../migration-planning/domain/plan/guard-rails.ts";
import type { PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import type { RailState } from "../migration-planning/domain/plan/rail-facts.ts";
import { summarise } from "../migration-planning/domain/plan/summarise.ts";
import { supportOf } from "../migration-planning/domain/plan/support.ts";
import { whyEmpty } from "../migration-planning/domain/plan/why-empty.ts";
import type { Planner } from "../migration-planning/domain/planner/planner.ts";
import { driftOf } from "../migration-planning/domain/predict/drift.ts";
import type { Move } from "../migration-planning/domain/predict/placement.ts";
import type { Mode } from "../component-registry/domain/manifest.ts";
import { modeOf } from "../component-registry/domain/policy.ts";
import { placementsOf } from "../component-registry/domain/status.ts";
import { canonicalJson } from "../platform/db/audit-trail.ts";

export interface ProposalQuestion {
  readonly look: Look;
  /** Whose weights and guard rails, and whose components: nothing else is moved. */
  readonly view: PolicyView;
  readonly planner: Planner;
  /** What the search begins with. */
  readonly components: readonly string[];
  /** Nothing else may follow them. */
  readonly only: boolean;
  /** Only components in one of these modes are moved. */
  readonly modes: readonly Mode[];
  /** Components that another open plan is about. */
  readonly busy: ReadonlySet<string>;
  readonly railState: RailState;
  readonly proposedBy: PlanRecord["proposedBy"];
  /** Where its moves alone do not say what it is for. */
  readonly purpose?: Pick<PlanContent, "summary" | "drain">;
  readonly now: Date;
  readonly newId: (prefix: string) => string;
}

/** How long a proposal waits for a decision; one without moves has nothing to wait for. */
const DECIDE_WITHIN_MS = 30 * 60_000;
const EMPTY_WITHIN_MS = 60_000;
const MOVES_MAX = 20;

/** Asks the planner, and writes down what it answers with every reason. A plan without moves is an answer, too. */
export function proposeFor(question: ProposalQuestion): PlanRecord {
  const { view, planner, components, proposedBy, purpose, now, newId } = question;
  const { evaluator, nominations } = view;
  const movable = movableIn(question);
  const forced = forcedIn(view).filter((component) => components.includes(component));
  const { moves } = planner.propose({ evaluator, candidates: components, forced, movable, movesMax: movesMaxOf(question) });
  const content = { ...(moves.length === 0 ? emptyPlan(view) : contentOf(moves, question)), ...purpose };
  const id = newId("pln");
  const expiresAt = new Date(now.getTime() + (moves.length === 0 ? EMPTY_WITHIN_MS : DECIDE_WITHIN_MS));
  return {
    id,
    state: "proposed",
    hash: planHash(id, content, expiresAt),
    content,
    createdAt: now,
    expiresAt,
    proposedBy,
    decision: null,
    note: moves.length === 0 ? whyEmpty({ evaluator, nominations, components, movable }) : null,
    supersededBy: null,
    endedAt: null,
  };
}

/** Components whose present place a constraint forbids. */
const forcedIn = ({ nominations }: Pick<PolicyView, "nominations">): string[] =>
  nominations.filter(({ forbidden }) => forbidden.length > 0).map(({ component }) => component);

/** A component is moved by the planner where it runs in one place, its mode lets it, and nothing moves it already. */
function movableIn({ look, view, components, only, modes, busy }: ProposalQuestion): (component: string) => boolean {
  const { instances, openMigrations, policies, components: records } = look.registry;
  const moving = new Set(openMigrations.map(({ componentKey }) => componentKey));
  const inMode = new Set(records.filter((record) => modes.includes(modeOf(policies, record))).map(({ key }) => key));
  return (component) =>
    view.components.has(component) &&
    inMode.has(component) &&
    (!only || components.includes(component)) &&
    !busy.has(component) &&
    !moving.has(component) &&
    placementsOf(instances, component).length === 1;
}

/** A plan that is to run by itself and has more moves than an hour allows would wait for ever. */
function movesMaxOf({ view, look, components }: ProposalQuestion): number {
  const { policies, components: records } = look.registry;
  const automatic = records.some((record) => components.includes(record.key) && modeOf(policies, record) === "auto");
  const most = automaticMovesMax(view.policy.spec.guardRails);
  return automatic && most > 0 ? Math.min(MOVES_MAX, most) : MOVES_MAX;
}

function contentOf(moves: readonly Move[], question: ProposalQuestion): PlanContent {
  const { look, view, railState } = question;
  return buildPlan({
    moves,
    evaluator: view.evaluator,
    policy: view.policy,
    drift: driftOf(look.buckets),
    past: look.past,
    breaches: look.breaches,
    railState,
    evidence: supportOf(moves, view.nominations, view.gatewayView()),
  });
}

function emptyPlan({ policy, weights, evaluator }: PolicyView): PlanContent {
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
function planHash(id: string, content: PlanContent, expiresAt: Date): string {
  const text = canonicalJson(JSON.parse(JSON.stringify({ id, content, expiresAt: expiresAt.toISOString() })));
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
