import type { CallGraph } from "./call-graph.ts";
import type { ComponentEvidence } from "./evidence.ts";

/** Calls go down the graph this far; a cycle would go round for ever. */
const DEPTH_MAX = 12;

/** Requests a second that users send to a component themselves. */
export const userRate = (evidence: ComponentEvidence | undefined): number =>
  (evidence?.groups ?? []).reduce((sum, group) => (group.user ? sum + group.requestsPerSecond : sum), 0);

/**
 * Requests a second to every component: what its users send, and what the requests of others lead to. Where nobody has users
 * (agents alone report) what was measured stands.
 */
export function requestRates(graph: CallGraph, evidence: ReadonlyMap<string, ComponentEvidence>): ReadonlyMap<string, number> {
  const users = new Map([...evidence].map(([key, known]) => [key, userRate(known)]));
  if (![...users.values()].some((rate) => rate > 0))
    return new Map([...evidence].map(([key, known]) => [key, known.requestsPerSecond]));
  let wave = users;
  const rates = new Map(users);
  for (let depth = 0; depth < DEPTH_MAX && [...wave.values()].some((rate) => rate > 1e-9); depth += 1) {
    const next = new Map<string, number>();
    for (const { from, to, callsPerRequest } of graph.calls) {
      const rate = (wave.get(from) ?? 0) * callsPerRequest;
      if (rate > 0) next.set(to, (next.get(to) ?? 0) + rate);
    }
    for (const [key, rate] of next) rates.set(key, (rates.get(key) ?? 0) + rate);
    wave = next;
  }
  return rates;
}
