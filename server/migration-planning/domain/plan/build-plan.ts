import { policyFor } from "../../../component-registry/domain/policy.ts";
import type { PolicyRecord } from "../../../component-registry/domain/registry.ts";
import type { Breach } from "../../../performance-analysis/domain/breach.ts";
import { refusalsOf } from "../constraints/index.ts";
import type { Drift } from "../predict/drift.ts";
import type { Evaluation, Evaluator, Judgement } from "../predict/evaluate.ts";
import { withMoves, type Move, type Placement } from "../predict/placement.ts";
import { predictGroups } from "../predict/predict-groups.ts";
import { totalOf } from "../predict/money.ts";
import { promiseOf, type Horizon } from "../predict/promise.ts";
import { shareGain, type MoveShare } from "../planner/share-gain.ts";
import { gainPercent, paybackHours } from "../planner/worth.ts";
import type { Figures, PlanContent, PlannedMove } from "./content.ts";
import { alternativesOf, explainPoints, regionChanges } from "./explain-move.ts";
import { judgeRails } from "./judge-rails.ts";
import { costOfMove, MOVE_MS } from "./move-cost.ts";
import type { PastMove } from "./pause.ts";
import type { EvidenceFacts, RailState } from "./rail-facts.ts";
import { risksOf } from "./risks.ts";
import { summarise } from "./summarise.ts";

export interface PlanInput {
  /** In the order in which they are to be made; at least one. */
  readonly moves: readonly Move[];
  readonly evaluator: Evaluator;
  readonly policy: PolicyRecord;
  readonly drift: Drift;
  readonly past: readonly PastMove[];
  readonly breaches: readonly Breach[];
  readonly railState: RailState;
  readonly evidence: EvidenceFacts;
}

/** Somebody has to read it and decide. */
const DECISION_MS = 60_000;

/** Until when a plan's promise is measured, from now: it is decided, carried out, watched. */
export function horizonOf(moves: number, policy: PolicyRecord, drift: Drift): Horizon {
  const { maxConcurrent, watchMs } = policy.spec.guardRails;
  const carriedOutMs = Math.ceil(moves / maxConcurrent) * (MOVE_MS + (moves > 1 ? COMPANION_WATCH_MS : 0));
  return { drift, aheadMs: DECISION_MS + carriedOutMs + watchMs, measuredMs: Math.max(watchMs, 10_000) };
}

/** In a plan of several moves those before the last are looked at this long: what is promised is the plan's end. */
export const COMPANION_WATCH_MS = 5_000;

/** Everything that is said of a set of moves: what users will notice, why, what it costs, what else could be done, what could go wrong. */
export function buildPlan(input: PlanInput): PlanContent {
  const { moves, evaluator, policy } = input;
  const { model } = evaluator;
  const [before, after] = [evaluator.evaluate(model.present), evaluator.evaluate(withMoves(model.present, moves))];
  const shared = shareGain(moves, evaluator);
  const horizon = horizonOf(moves.length, policy, input.drift);
  const planned = moves.map((move, index) =>
    planMove(move, { ...input, index, before, after, horizon, share: shared[index] ?? NO_SHARE }),
  );
  const usdPerHour = totalOf(before.money) - totalOf(after.money);
  const costUsd = planned.reduce((sum, move) => sum + move.costUsd, 0);
  const totals = {
    gainPercent: gainPercent(before, after),
    paybackHours: paybackHours(costUsd, usdPerHour),
    usdPerHour,
    costUsd,
    score: { before: before.score ?? 0, after: after.score ?? 0 },
  };
  const { hoursSinceMove } = model;
  const { guardRails: settings } = policy.spec;
  const { railState: state, evidence } = input;
  const rails = judgeRails({ moves: planned, costUsd, before, after, hoursSinceMove, settings, state, evidence });
  return {
    policy: policy.name,
    policyGeneration: policy.generation,
    weights: model.weights,
    summary: summarise(moves),
    moves: planned,
    totals,
    gap: { percent: null, objective: after.score ?? 0, bound: null },
    guardRails: rails.checks,
    railFacts: rails.facts,
  };
}

const NO_SHARE: MoveShare = { usdPerHour: 0, sharePercent: 0 };

interface MoveInput extends PlanInput {
  readonly index: number;
  readonly before: Evaluation;
  readonly after: Evaluation;
  readonly horizon: Horizon;
  readonly share: MoveShare;
}

const figuresOf = ({ terms, combined, latencyMsP95 }: Judgement): Figures => ({ terms, combined, latencyMsP95 });

const promisedFigures = (promised: ReturnType<typeof promiseOf>) =>
  promised === null ? {} : { latencyMsP95: promised.latencyMsP95, latencyMsP95Interval: promised.interval };

function planMove(move: Move, input: MoveInput): PlannedMove {
  const { evaluator, moves, index, horizon, past, policy } = input;
  const { model } = evaluator;
  const { watchMs, pauseBudgetMs, cooldownMinutes } = policy.spec.guardRails;
  const cost = costOfMove({ move, earlier: moves.slice(0, index), evaluator, past, watchMs });
  const [here, there] = [input.before.components.get(move.component), input.after.components.get(move.component)];
  if (!cost || !here || !there) throw new Error(`${move.component} is not in the model`);
  const { component, costUsd, stateBytes, pauseMs: pause } = cost;
  const target = component.spec.performance.latencyMsP95;
  const regionsUnder = (placement: Placement) => predictGroups(component.key, placement, model, true);
  const regions = regionChanges(regionsUnder(model.present), regionsUnder(withMoves(model.present, moves)), target, horizon);
  const promised = promiseOf(there.groups, horizon);
  return {
    ...move,
    policy: policyFor(model.registry.policies, component.application).name,
    epoch: component.epoch,
    before: figuresOf(here),
    after: { ...figuresOf(there), latencyMsP95Interval: null, ...promisedFigures(promised) },
    gain: input.share,
    costUsd,
    stateBytes,
    predictedPauseMs: pause,
    risks: risksOf({
      component,
      from: move.from,
      to: move.to,
      after: there,
      pauseMsP90: pause.p90,
      pauseBudgetMs,
      regions,
      interval: promised?.interval ?? null,
      moves: moves.length,
      hoursSinceMove: model.hoursSinceMove.get(move.component) ?? null,
      cooldownHours: cooldownMinutes / 60,
      past,
      breaches: input.breaches,
    }),
    refused: refusedPlaces(move, evaluator),
    regions,
    why: explainPoints(here.terms, there.terms, model.weights),
    alternatives: alternativesOf(move, moves, evaluator),
    latencyTargetMsP95: target,
  };
}

function refusedPlaces({ component: key, from, to }: Move, { model }: Evaluator): PlannedMove["refused"] {
  const { registry, now } = model;
  const component = registry.components.find((record) => record.key === key);
  if (!component) return [];
  return registry.dataCenters
    .filter(({ name }) => name !== from && name !== to)
    .flatMap((destination) =>
      refusalsOf({ component, destination, registry, now }).map((refusal) => ({ dataCenter: destination.name, ...refusal })),
    );
}
