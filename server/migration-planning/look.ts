import { defaultPolicy } from "../component-registry/domain/policy.ts";
import type { PolicyRecord, RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { Analysis } from "../performance-analysis/index.ts";
import type { Breach } from "../performance-analysis/domain/breach.ts";
import type { Bucket } from "../performance-analysis/domain/bucket.ts";
import type { Clock } from "../platform/clock.ts";
import { nominate, type Nomination } from "./domain/nominate.ts";
import type { PastMove } from "./domain/plan/pause.ts";
import type { RttMs } from "./domain/predict/call-graph.ts";
import { createEvaluator, type Evaluator } from "./domain/predict/evaluate.ts";
import { evidenceOf } from "./domain/predict/evidence.ts";
import { createModel } from "./domain/predict/model.ts";
import { presentPlacement } from "./domain/predict/placement.ts";
import type { Weights } from "./domain/terms/index.ts";
import type { MoveHistory } from "./ports.ts";

/** Everything that is known at one moment, and what follows from it. */
export interface Look {
  readonly at: Date;
  readonly registry: RegistrySnapshot;
  readonly policy: PolicyRecord;
  readonly weights: Weights;
  readonly buckets: readonly Bucket[];
  readonly evaluator: Evaluator;
  readonly nominations: readonly Nomination[];
  readonly breaches: readonly Breach[];
  readonly past: readonly PastMove[];
  /** How much faster than the wall clock the world's runs. */
  readonly worldSpeed: number;
}

export interface LookDeps {
  readonly read: () => Promise<RegistrySnapshot>;
  readonly analysis: Analysis;
  readonly history: MoveHistory;
  /** Round-trip times as they are known now: a place that was registered a moment ago has its own, too. */
  readonly roundTrips: () => Promise<RttMs>;
  /** How much faster than the wall clock the world's runs. */
  readonly worldSpeed: number;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/** Looks at the world now; `weights` other than the policy's are an operator's question. */
export async function lookAtWorld(deps: LookDeps, weights?: Weights): Promise<Look> {
  const registry = await deps.read();
  const [buckets, breaches, past, rttMs] = await Promise.all([
    deps.analysis.evidence(registry),
    deps.analysis.breaches(registry),
    deps.history.past(),
    deps.roundTrips(),
  ]);
  const at = deps.clock.now();
  const policy = defaultPolicy(registry.policies);
  const inForce = weights ?? policy.spec.weights;
  const evidence = evidenceOf({ registry, buckets, placement: presentPlacement(registry), now: at, rttMs });
  const hoursSinceMove = hoursSince(past, at, deps.worldSpeed);
  const evaluator = createEvaluator(createModel({ registry, now: at, weights: inForce, evidence, rttMs, hoursSinceMove }));
  const nominations = nominate(evaluator, buckets, policy.spec.migrationThreshold);
  return { at, registry, policy, weights: inForce, buckets, evaluator, nominations, breaches, past, worldSpeed: deps.worldSpeed };
}

/** By the world's clock; the newest move of each component counts. */
function hoursSince(past: readonly PastMove[], now: Date, worldSpeed: number): ReadonlyMap<string, number> {
  const hours = new Map<string, number>();
  for (const { component, endedAt } of past) {
    const since = ((now.getTime() - endedAt.getTime()) * worldSpeed) / HOUR_MS;
    hours.set(component, Math.min(since, hours.get(component) ?? Number.POSITIVE_INFINITY));
  }
  return hours;
}

const KEPT_MS = 2_000;

/** The same look for everybody who asks within two seconds. */
export function createLooks(deps: LookDeps) {
  let kept: { readonly look: Promise<Look>; readonly atMs: number } | null = null;
  const latest = (): Promise<Look> => {
    const nowMs = deps.clock.monotonicMs();
    if (!kept || nowMs - kept.atMs > KEPT_MS) {
      const look = lookAtWorld(deps);
      kept = { look, atMs: nowMs };
      look.catch(() => (kept = null));
    }
    return kept.look;
  };
  return { latest, fresh: (weights?: Weights) => lookAtWorld(deps, weights) };
}

export type Looks = ReturnType<typeof createLooks>;
