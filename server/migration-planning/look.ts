import { policiesInForce, policyFor } from "../component-registry/domain/policy.ts";
import type { PolicyRecord, RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { Analysis } from "../performance-analysis/index.ts";
import type { Breach } from "../performance-analysis/domain/breach.ts";
import type { Bucket } from "../performance-analysis/domain/bucket.ts";
import type { Clock } from "../platform/clock.ts";
import { nominate, type Nomination } from "./domain/nominate.ts";
import type { PastMove } from "./domain/plan/pause.ts";
import type { GatewayView } from "./domain/plan/support.ts";
import type { RttMs } from "./domain/predict/call-graph.ts";
import { createEvaluator, type Evaluator } from "./domain/predict/evaluate.ts";
import { evidenceOf } from "./domain/predict/evidence.ts";
import { createModel, type ModelInput } from "./domain/predict/model.ts";
import { presentPlacement } from "./domain/predict/placement.ts";
import type { Weights } from "./domain/terms/index.ts";
import type { MoveHistory } from "./ports.ts";

/** What one policy makes of a look: its weights, its threshold, and the components that are its own. */
export interface PolicyView {
  readonly policy: PolicyRecord;
  readonly weights: Weights;
  readonly evaluator: Evaluator;
  /** Of its own components only. */
  readonly nominations: readonly Nomination[];
  readonly components: ReadonlySet<string>;
  /** The same without any agent's word; made when it is asked for. */
  readonly gatewayView: () => GatewayView;
}

/** Everything that is known at one moment, and what follows from it. */
export interface Look {
  readonly at: Date;
  /** The world's clock at that moment; null: it does not answer. */
  readonly worldNow: Date | null;
  /** How much faster than the wall clock the world's runs. */
  readonly worldSpeed: number;
  readonly registry: RegistrySnapshot;
  /** The default policy's, for whoever asks about no component in particular. */
  readonly policy: PolicyRecord;
  readonly weights: Weights;
  readonly evaluator: Evaluator;
  readonly buckets: readonly Bucket[];
  readonly breaches: readonly Breach[];
  readonly past: readonly PastMove[];
  /** One a policy in force, the default one last. */
  readonly views: readonly PolicyView[];
  /** Every component's, each by its own policy. */
  readonly nominations: readonly Nomination[];
}

export interface LookDeps {
  readonly read: () => Promise<RegistrySnapshot>;
  readonly analysis: Analysis;
  readonly history: MoveHistory;
  /** Round-trip times as they are known now: a place that was registered a moment ago has its own, too. */
  readonly roundTrips: () => Promise<RttMs>;
  /** The same as links give them or distance estimates them: nobody's measurement. */
  readonly expectedRttMs: (registry: RegistrySnapshot) => RttMs;
  readonly worldNow: () => Promise<Date | null>;
  readonly worldSpeed: number;
  /** Where commands come from; null: nowhere in particular. */
  readonly orchestratorPlace: string | null;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/** Looks at the world now; `weights` other than the policies' are an operator's question. */
export async function lookAtWorld(deps: LookDeps, weights?: Weights): Promise<Look> {
  const registry = await deps.read();
  const [buckets, breaches, past, rttMs, worldNow] = await Promise.all([
    deps.analysis.evidence(registry),
    deps.analysis.breaches(registry),
    deps.history.past(),
    deps.roundTrips(),
    deps.worldNow(),
  ]);
  const at = deps.clock.now();
  const { worldSpeed, orchestratorPlace } = deps;
  const hoursSinceMove = hoursSince(past, at, worldSpeed);
  const read = { registry, buckets, now: at, placement: presentPlacement(registry) };
  const seen = { registry, now: at, hoursSinceMove, orchestratorPlace };
  const measured: Known = { ...seen, rttMs, evidence: evidenceOf({ ...read, rttMs }) };
  const silent = buckets.map((bucket) => ({ ...bucket, instances: [], links: [] }));
  const gatewayOnly = once((): Known => {
    const expected = deps.expectedRttMs(registry);
    return { ...seen, rttMs: expected, evidence: evidenceOf({ ...read, buckets: silent, rttMs: expected }) };
  });
  const views = viewsOf(registry, { buckets, silent, measured, gatewayOnly, ...(weights === undefined ? {} : { weights }) });
  const nominations = views.flatMap((view) => view.nominations);
  const { policy, weights: inForce, evaluator } = defaultViewOf(views);
  const looked = { at, worldNow, worldSpeed, registry, buckets, breaches, past, views, nominations };
  return { ...looked, policy, weights: inForce, evaluator };
}

type Known = Omit<ModelInput, "weights">;

interface Seen {
  readonly buckets: readonly Bucket[];
  /** The same without what agents reported. */
  readonly silent: readonly Bucket[];
  readonly measured: Known;
  readonly gatewayOnly: () => Known;
  readonly weights?: Weights;
}

function viewsOf(registry: RegistrySnapshot, { buckets, silent, measured, gatewayOnly, weights }: Seen): PolicyView[] {
  // Who calls whom and how long for depends on no policy: it is worked out once.
  const model = createModel({ ...measured, weights: {} });
  return policiesInForce(registry.policies).map((policy) => {
    const own = registry.components.filter(({ application }) => policyFor(registry.policies, application).name === policy.name);
    const components = new Set(own.map(({ key }) => key));
    const inForce = weights ?? policy.spec.weights;
    const { migrationThreshold } = policy.spec;
    const evaluator = createEvaluator({ ...model, weights: inForce });
    return {
      policy,
      weights: inForce,
      evaluator,
      nominations: nominate(evaluator, buckets, migrationThreshold, components),
      components,
      gatewayView: once(() => {
        const unaided = createEvaluator(createModel({ ...gatewayOnly(), weights: inForce }));
        return { evaluator: unaided, nominations: nominate(unaided, silent, migrationThreshold, components) };
      }),
    };
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** The view of the policy that a component is under. */
export const viewOf = ({ views }: Pick<Look, "views">, component: string): PolicyView =>
  views.find(({ components }) => components.has(component)) ?? defaultViewOf(views);

function defaultViewOf(views: readonly PolicyView[]): PolicyView {
  const last = views.at(-1);
  if (!last) throw new Error("no policy is in force, not even the default one");
  return last;
}

/** By the world's clock; the newest move of each component counts, and one that gave up has moved nothing. */
function hoursSince(past: readonly PastMove[], now: Date, worldSpeed: number): ReadonlyMap<string, number> {
  const hours = new Map<string, number>();
  for (const { component, endedAt, committed } of past) {
    if (!committed) continue;
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
