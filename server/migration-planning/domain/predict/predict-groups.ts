import { quantile } from "../../../kpi-intake/domain/histogram.ts";
import { waitsOf } from "./call-graph.ts";
import type { Group } from "./evidence.ts";
import { later, weighed, type Latency } from "./latency.ts";
import type { Model } from "./model.ts";
import type { Placement } from "./placement.ts";
import { waitAt, type Waits } from "./waits.ts";

/** What a component's callers would get under a placement: each group's requests, later or sooner by what changes on their way. */
export function predictGroups(component: string, placement: Placement, model: Model, regional = false): readonly Group[] {
  const evidence = model.evidence.get(component);
  const [from, to] = [model.present.get(component), placement.get(component)];
  if (!evidence || from === undefined || to === undefined) return [];
  const waits = waitsOf(component, placement, model.graph, model.rttMs);
  const before = model.waitsNow.get(component) ?? waits;
  return (regional ? evidence.regionalGroups : evidence.groups).flatMap((group) => {
    const sources = group.user ? [{ place: group.entry, share: 1 }] : callerPlaces(component, group.entry, placement, model);
    return sources.map(({ place, share }) => ({
      ...group,
      entry: place,
      requestsPerSecond: group.requestsPerSecond * share,
      latency: afterChange(group.latency, model.rttMs(place, to) - model.rttMs(group.entry, from), before, waits),
    }));
  });
}

/**
 * The slow requests are those that waited for links: the request at share q is later by the difference of the waits at q
 * (comonotone coupling, exact where nothing was waited for before).
 */
function afterChange(latency: Latency, linkMs: number, before: Waits, after: Waits): Latency {
  if (sameWaits(before, after)) return linkMs === 0 ? latency : later(latency, () => linkMs);
  return later(latency, (q) => linkMs + waitAt(after, q) - waitAt(before, q));
}

const sameWaits = (a: Waits, b: Waits): boolean =>
  a.length === b.length && a.every((wait, index) => wait.ms === b[index]?.ms && wait.probability === b[index].probability);

/**
 * Calls come from where their callers stand then: those of one entry split by how much each caller there calls. What is older than
 * its callers' last move stands for calls from where they are now.
 */
function callerPlaces(
  component: string,
  entry: string,
  placement: Placement,
  { graph, present, rates }: Model,
): readonly { readonly place: string; readonly share: number }[] {
  const all = graph.callersOf(component);
  const here = all.filter(({ from }) => present.get(from) === entry);
  const callers = (here.length > 0 ? here : all).map(({ from, callsPerRequest }) => ({
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

/** All groups as one histogram, each by how many requests a second it has, however long it was looked at. */
export const mergedCounts = (groups: readonly Group[]): readonly number[] =>
  weighed(groups.map(({ latency, requestsPerSecond }) => ({ latency, weight: requestsPerSecond })));

/** What was worked out of a list of groups: it never changes, and is asked for with every placement that leaves it as it is. */
const figures = new WeakMap<readonly Group[], number | null>();

export function p95Of(groups: readonly Group[]): number | null {
  const known = figures.get(groups);
  if (known !== undefined) return known;
  const p95 = quantile(mergedCounts(feltGroups(groups)), 0.95);
  figures.set(groups, p95);
  return p95;
}
