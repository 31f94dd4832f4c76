import { merge, quantile } from "../../../kpi-intake/domain/histogram.ts";
import { waitsOf } from "./call-graph.ts";
import type { Group } from "./evidence.ts";
import type { Model } from "./model.ts";
import type { Placement } from "./placement.ts";
import { recount } from "./recount.ts";
import { waitAt, type Waits } from "./waits.ts";

/** What a component's callers would get under a placement: each group's requests, later or sooner by what changes on their way. */
export function predictGroups(component: string, placement: Placement, model: Model): readonly Group[] {
  const evidence = model.evidence.get(component);
  const [from, to] = [model.present.get(component), placement.get(component)];
  if (!evidence || from === undefined || to === undefined) return [];
  const waits = waitsOf(component, placement, model.graph, model.rttMs);
  const before = model.waitsNow.get(component) ?? waits;
  return evidence.groups.flatMap((group) => {
    const sources = group.user ? [{ place: group.entry, share: 1 }] : callerPlaces(component, group.entry, placement, model);
    return sources.map(({ place, share }) => ({
      ...group,
      entry: place,
      requestsPerSecond: group.requestsPerSecond * share,
      counts: later(scaled(group.counts, share), model.rttMs(place, to) - model.rttMs(group.entry, from), before, waits),
    }));
  });
}

/**
 * The slow requests are those that waited for links: the request at share q is later by the difference of the waits at q
 * (comonotone coupling, exact where nothing was waited for before).
 */
function later(counts: readonly number[], linkMs: number, before: Waits, after: Waits): readonly number[] {
  const unchanged = linkMs === 0 && sameWaits(before, after);
  return unchanged ? counts : recount(counts, (share) => linkMs + waitAt(after, share) - waitAt(before, share));
}

const sameWaits = (a: Waits, b: Waits): boolean =>
  a.length === b.length && a.every((wait, index) => wait.ms === b[index]?.ms && wait.probability === b[index].probability);

const scaled = (counts: readonly number[], share: number): readonly number[] =>
  share === 1 ? counts : counts.map((count) => count * share);

/** Calls come from where their callers stand then: those of one entry split by how much each caller there calls. */
function callerPlaces(
  component: string,
  entry: string,
  placement: Placement,
  { graph, present, rates }: Model,
): readonly { readonly place: string; readonly share: number }[] {
  const callers = graph
    .callersOf(component)
    .filter(({ from }) => present.get(from) === entry)
    .map(({ from, callsPerRequest }) => ({
      place: placement.get(from) ?? entry,
      rate: (rates.get(from) ?? 0) * callsPerRequest,
    }));
  const total = callers.reduce((sum, { rate }) => sum + rate, 0);
  if (total <= 0) return [{ place: entry, share: 1 }];
  return [...Map.groupBy(callers, ({ place }) => place)].map(([place, group]) => ({
    place,
    share: group.reduce((sum, { rate }) => sum + rate, 0) / total,
  }));
}

/** The requests that count for what is promised: those of users where there are any, all callers' otherwise. */
export function feltGroups(groups: readonly Group[]): readonly Group[] {
  const users = groups.filter((group) => group.user && group.requestsPerSecond > 0);
  return users.length > 0 ? users : groups;
}

/** Histograms of groups added by how many requests a second each has, however long each was looked at. */
export function mergedCounts(groups: readonly Group[]): readonly number[] {
  return groups.reduce<readonly number[]>((sum, { counts, requestsPerSecond }) => {
    const total = counts.reduce((all, count) => all + count, 0);
    return total === 0 ? sum : merge(sum, scaled(counts, requestsPerSecond / total));
  }, []);
}

export const p95Of = (groups: readonly Group[]): number | null => quantile(mergedCounts(feltGroups(groups)), 0.95);
