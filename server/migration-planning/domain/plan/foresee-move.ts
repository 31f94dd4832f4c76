import type { PolicyRecord } from "../../../component-registry/domain/registry.ts";
import type { Drift } from "../predict/drift.ts";
import type { Evaluator } from "../predict/evaluate.ts";
import { withMoves, type Move } from "../predict/placement.ts";
import { promiseOf } from "../predict/promise.ts";
import { horizonOf } from "./build-plan.ts";
import { costOfMove } from "./move-cost.ts";
import type { PastMove } from "./pause.ts";

/** What one move will probably do: the same figures as a plan gives, for a move that somebody orders without one. */
export interface Foreseen {
  readonly pauseMs: { readonly p50: number; readonly p90: number };
  readonly latencyMsP95: number | null;
  readonly latencyMsP95Interval: readonly [number, number] | null;
  readonly latencyMsP95Before: number | null;
  readonly costUsd: number;
}

export interface ForeseeInput {
  readonly move: Move;
  readonly evaluator: Evaluator;
  readonly policy: PolicyRecord;
  readonly drift: Drift;
  readonly past: readonly PastMove[];
}

/** Null where too little was measured to promise anything. */
export function foreseeMove({ move, evaluator, policy, drift, past }: ForeseeInput): Foreseen | null {
  const { model } = evaluator;
  const { watchMs } = policy.spec.guardRails;
  const cost = costOfMove({ move, earlier: [], evaluator, past, watchMs });
  const evidence = model.evidence.get(move.component);
  const [here, there] = [
    evaluator.judge(move.component, model.present),
    evaluator.judge(move.component, withMoves(model.present, [move])),
  ];
  if (!cost || !here || !there || evidence === undefined || evidence.missing.length > 0) return null;
  const promised = promiseOf(there.groups, horizonOf(1, policy, drift));
  return {
    pauseMs: cost.pauseMs,
    latencyMsP95: promised?.latencyMsP95 ?? null,
    latencyMsP95Interval: promised?.interval ?? null,
    latencyMsP95Before: here.latencyMsP95,
    costUsd: cost.costUsd,
  };
}
