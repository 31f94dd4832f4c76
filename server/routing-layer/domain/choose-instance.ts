import { placeOfShare } from "./shares.ts";
import type { RouteComponent, RouteInstance } from "./snapshot.ts";

export interface ChoiceQuestion {
  readonly component: RouteComponent;
  /** Latency from this entry to a data centre in ms, measured (EWMA) where there were requests, else the link's round trip. */
  readonly latencyMs: (dataCenter: string) => number;
  /** Instances that just refused a connection. */
  readonly avoid: ReadonlySet<string>;
  /** Turns equal instances into a fair rotation; any number that grows. */
  readonly turn: number;
  /** Who asks, the same for all requests of one user: while places have shares, each user stays in one. */
  readonly user: string;
}

/**
 * The instance that this entry's users reach soonest: lowest latency among those at the component's epoch; equals take turns.
 * While places have shares a user goes to their own, and elsewhere only where nothing serves there.
 */
export function chooseInstance({ component, latencyMs, avoid, turn, user }: ChoiceQuestion): RouteInstance | null {
  const fit = component.instances.filter((instance) => instance.epoch === component.epoch && !avoid.has(instance.name));
  const [first, second] = fit;
  if (first === undefined || second === undefined) return first ?? null;
  const place = placeOfShare(component, user);
  const theirs = fit.filter((instance) => instance.dataCenter === place);
  if (theirs.length > 0) return theirs[turn % theirs.length] ?? null;
  const latencies = new Map(fit.map((instance) => [instance.dataCenter, latencyMs(instance.dataCenter)]));
  const best = Math.min(...latencies.values());
  const nearest = fit.filter((instance) => latencies.get(instance.dataCenter) === best);
  return nearest[turn % nearest.length] ?? null;
}

/** Exponentially weighted mean: a new value counts for a fifth. */
export const ewma = (before: number | null, value: number): number => (before === null ? value : before + (value - before) / 5);
