import { DEFAULT_POLICY, policyFor } from "../../../component-registry/domain/policy.ts";
import { policySpecSchema } from "../../../component-registry/domain/manifest.ts";
import type { PolicyRecord } from "../../../component-registry/domain/registry.ts";
import { placementsOf } from "../../../component-registry/domain/status.ts";
import type { Bucket } from "../../../performance-analysis/domain/bucket.ts";
import { nominate } from "../nominate.ts";
import { costOfMovesUsd } from "../plan/move-cost.ts";
import type { PastMove } from "../plan/pause.ts";
import type { Planner } from "../planner/planner.ts";
import { gainPercent, paybackHours } from "../planner/worth.ts";
import { createEvaluator } from "../predict/evaluate.ts";
import { totalOf } from "../predict/money.ts";
import type { Model } from "../predict/model.ts";
import { withMoves, type Move } from "../predict/placement.ts";
import type { Weights } from "../terms/index.ts";
import type { PreviewKpis } from "./estimate-kpis.ts";
import { kpisOf } from "./kpis-of.ts";

/** What of a policy decides where things go. */
export interface PolicyDraft {
  readonly policy: string;
  readonly applications: readonly string[];
  readonly weights: Weights;
  readonly migrationThreshold: number;
  readonly cooldownMinutes: number;
  readonly watchMs: number;
  /** Components that the policy only looks at. */
  readonly observed: readonly string[];
}

/** What the planner would propose by a draft, nothing of it kept. */
export interface ConfirmedDraft {
  readonly at: string;
  readonly candidates: readonly string[];
  readonly moves: readonly Move[];
  /** Of the whole score; what a plan's margin is about. */
  readonly gainPercent: number;
  /** In how many hours the moves' cost has come back; null: never, or nothing moves. */
  readonly paybackHours: number | null;
  readonly kpis: { readonly now: PreviewKpis; readonly draft: PreviewKpis };
}

export interface ConfirmQuestion {
  readonly draft: PolicyDraft;
  readonly model: Model;
  readonly buckets: readonly Bucket[];
  readonly planner: Planner;
  readonly past: readonly PastMove[];
}

export function confirmDraft({ draft, model: published, buckets, planner, past }: ConfirmQuestion): ConfirmedDraft {
  const model = { ...published, weights: draft.weights };
  const evaluator = createEvaluator(model);
  const { registry, present, hoursSinceMove } = model;
  const isInScope = scopeOf(draft, registry.policies);
  const applications = new Map(registry.components.map(({ key, application }) => [key, application]));
  const isMine = (component: string): boolean => isInScope(applications.get(component) ?? "");
  const mine = new Set([...applications.keys()].filter(isMine));
  const nominated = nominate(evaluator, buckets, draft.migrationThreshold, mine).filter(({ candidate }) => candidate);
  const forced = nominated.filter(({ forbidden }) => forbidden.length > 0).map(({ component }) => component);
  const moving = new Set(registry.openMigrations.map(({ componentKey }) => componentKey));
  const rested = (component: string): boolean =>
    forced.includes(component) || (hoursSinceMove.get(component) ?? Number.POSITIVE_INFINITY) * 60 >= draft.cooldownMinutes;
  const movable = (component: string): boolean =>
    isMine(component) &&
    !draft.observed.includes(component) &&
    rested(component) &&
    !moving.has(component) &&
    placementsOf(registry.instances, component).length === 1;
  const candidates = nominated.map(({ component }) => component);
  const { moves } = planner.propose({
    evaluator,
    candidates: candidates.filter(movable),
    forced,
    movable,
    movesMax: registry.components.length,
  });
  const placement = withMoves(present, moves);
  const [before, after] = [evaluator.evaluate(present), evaluator.evaluate(placement)];
  const costUsd = costOfMovesUsd(moves, { evaluator, past, watchMs: draft.watchMs });
  return {
    at: model.now.toISOString(),
    candidates,
    moves,
    gainPercent: gainPercent(before, after),
    paybackHours: paybackHours(costUsd, totalOf(before.money) - totalOf(after.money)),
    kpis: { now: kpisOf(evaluator, present), draft: kpisOf(evaluator, placement) },
  };
}

/** Whose policy it would be once the draft is published. */
export function scopeOf(
  { policy, applications }: Pick<PolicyDraft, "policy" | "applications">,
  policies: readonly PolicyRecord[],
) {
  const spec = policySpecSchema.parse({ applications: policy === DEFAULT_POLICY ? [] : applications });
  const drafted: readonly PolicyRecord[] = [
    ...policies.filter(({ name }) => name !== policy),
    { name: policy, generation: 0, spec },
  ];
  return (application: string): boolean => policyFor(drafted, application).name === policy;
}
