import type { RegistrySnapshot } from "../../../component-registry/domain/registry.ts";
import type { Weights } from "../terms/index.ts";
import { callGraphOf, waitsOf, type CallGraph, type RttMs } from "./call-graph.ts";
import type { ComponentEvidence } from "./evidence.ts";
import { presentPlacement, type Placement } from "./placement.ts";
import { requestRates } from "./rates.ts";
import type { Waits } from "./waits.ts";

/** Everything that a placement is judged by, read once: the same model and placement always give the same judgement. */
export interface Model {
  readonly registry: RegistrySnapshot;
  readonly now: Date;
  readonly weights: Weights;
  readonly present: Placement;
  readonly evidence: ReadonlyMap<string, ComponentEvidence>;
  readonly graph: CallGraph;
  /** Requests a second to each component, from its users and through the call graph. */
  readonly rates: ReadonlyMap<string, number>;
  readonly waitsNow: ReadonlyMap<string, Waits>;
  readonly rttMs: RttMs;
  /** Hours of the world's clock since each component last moved; absent: never, as far as is known. */
  readonly hoursSinceMove: ReadonlyMap<string, number>;
  /** Where commands come from. Absent or null: nowhere in particular. */
  readonly orchestratorPlace?: string | null;
}

export interface ModelInput {
  readonly registry: RegistrySnapshot;
  readonly now: Date;
  readonly weights: Weights;
  readonly evidence: ReadonlyMap<string, ComponentEvidence>;
  readonly rttMs: RttMs;
  readonly hoursSinceMove: ReadonlyMap<string, number>;
  readonly orchestratorPlace?: string | null;
}

export function createModel(input: ModelInput): Model {
  const present = presentPlacement(input.registry);
  const graph = callGraphOf(input.registry.components);
  return {
    ...input,
    present,
    graph,
    rates: requestRates(graph, input.evidence),
    waitsNow: new Map([...present.keys()].map((key) => [key, waitsOf(key, present, graph, input.rttMs)])),
  };
}
