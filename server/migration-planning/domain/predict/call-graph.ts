import { componentKeyIn } from "../../../component-registry/domain/manifest.ts";
import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";
import type { Placement } from "./placement.ts";
import { laterBy, NO_WAIT, slowestOf, type Waits } from "./waits.ts";

export interface Call {
  readonly from: string;
  readonly to: string;
  readonly callsPerRequest: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Who calls whom, as the manifests say; calls to what is not registered are left out. */
export interface CallGraph {
  readonly calls: readonly Call[];
  callsOf(component: string): readonly Call[];
  callersOf(component: string): readonly Call[];
}

export function callGraphOf(components: readonly ComponentRecord[]): CallGraph {
  const known = new Set(components.map(({ key }) => key));
  const calls = components.flatMap(({ key, application, spec }) =>
    spec.dependencies
      .map(({ component, ...call }): Call => ({ ...call, from: key, to: componentKeyIn(application, component) }))
      .filter(({ to }) => known.has(to)),
  );
  const [from, to] = [Map.groupBy(calls, (call) => call.from), Map.groupBy(calls, (call) => call.to)];
  return {
    calls,
    callsOf: (component) => from.get(component) ?? [],
    callersOf: (component) => to.get(component) ?? [],
  };
}

export type RttMs = (from: string, to: string) => number;

/**
 * How long a request to `component` waits for links behind it: calls of one request run side by side, what each of them calls
 * comes on top. A cycle is followed once.
 */
export function waitsOf(component: string, placement: Placement, graph: CallGraph, rttMs: RttMs): Waits {
  const follow = (key: string, visited: readonly string[]): Waits => {
    const place = placement.get(key);
    const calls = graph.callsOf(key).filter(({ to }) => !visited.includes(to));
    if (place === undefined || calls.length === 0) return NO_WAIT;
    return slowestOf(
      calls.map(({ to, callsPerRequest }) => {
        const there = placement.get(to);
        const link = there === undefined || there === place ? 0 : rttMs(place, there);
        return { probability: Math.min(1, callsPerRequest), waits: laterBy(follow(to, [...visited, to]), link) };
      }),
    );
  };
  return follow(component, [component]);
}

/** Everything that a request to `component` may reach, itself included. */
export function reachOf(component: string, graph: CallGraph): ReadonlySet<string> {
  const reached = new Set([component]);
  for (const key of reached) for (const { to } of graph.callsOf(key)) reached.add(to);
  return reached;
}
