import { capacityOf, occupancyOf, type Amounts } from "../../../component-registry/domain/capacity.ts";
import type { ComponentRecord, DataCenterRecord } from "../../../component-registry/domain/registry.ts";
import { placementsOf } from "../../../component-registry/domain/status.ts";
import { combine, scoreTerms, TERM_NAMES, type Terms } from "../terms/index.ts";
import type { TermName, TermQuestion } from "../terms/term.ts";
import { reachOf } from "./call-graph.ts";
import type { Group } from "./evidence.ts";
import type { Model } from "./model.ts";
import { computeUsdPerHour, demandOfAll, moneyOf, type Money } from "./money.ts";
import type { Placement } from "./placement.ts";
import { p95Of, predictGroups } from "./predict-groups.ts";
import { userRate } from "./rates.ts";

/** One component under a placement. */
export interface Judgement {
  readonly component: string;
  readonly place: string;
  readonly terms: Terms;
  readonly combined: number | null;
  readonly latencyMsP95: number | null;
  readonly groups: readonly Group[];
  readonly money: Money;
}

/** All components under a placement. */
export interface Evaluation {
  /** Terms over all components, each weighed by what it is about: requests of users, calls, or one a component. */
  readonly terms: Readonly<Record<TermName, number | null>>;
  /** Their weighted mean, 0..100; null without evidence. */
  readonly score: number | null;
  readonly money: Money;
  readonly components: ReadonlyMap<string, Judgement>;
}

export interface Evaluator {
  readonly model: Model;
  judge(component: string, placement: Placement): Judgement | null;
  evaluate(placement: Placement): Evaluation;
  /** How often a whole placement was judged. */
  readonly evaluations: () => number;
}

interface Index {
  readonly components: ReadonlyMap<string, ComponentRecord>;
  readonly places: ReadonlyMap<string, DataCenterRecord>;
  readonly free: ReadonlyMap<string, Amounts>;
  readonly reach: ReadonlyMap<string, readonly string[]>;
  readonly priceRange: ReadonlyMap<string, { least: number; most: number } | null>;
}

export function createEvaluator(model: Model): Evaluator {
  const index = indexOf(model);
  const groupsCache = new Map<string, readonly Group[]>();
  let evaluations = 0;
  const groupsOf = (component: string, placement: Placement): readonly Group[] => {
    const key = (index.reach.get(component) ?? []).map((other) => placement.get(other) ?? "").join("|");
    const known = groupsCache.get(`${component}|${key}`);
    if (known) return known;
    const groups = predictGroups(component, placement, model);
    groupsCache.set(`${component}|${key}`, groups);
    return groups;
  };
  const judge = (key: string, placement: Placement): Judgement | null => {
    const component = index.components.get(key);
    const place = index.places.get(placement.get(key) ?? "");
    if (!component || !place) return null;
    const groups = groupsOf(key, placement);
    const money = moneyOf(component, placement, groups, model);
    const question = questionOf({ component, place, placement, groups, model, index });
    const terms = scoreTerms(question);
    return {
      component: key,
      place: place.name,
      terms,
      combined: combine(terms, model.weights),
      latencyMsP95: p95Of(groups),
      groups,
      money,
    };
  };
  return {
    model,
    judge,
    evaluate: (placement) => {
      evaluations += 1;
      const judged = [...placement.keys()].flatMap((key) => judge(key, placement) ?? []);
      const terms = overallTerms(judged, model);
      const money = judged.reduce<Money>((sum, { money: one }) => add(sum, one), { compute: 0, traffic: 0, waiting: 0 });
      return {
        terms,
        score: combine(terms, model.weights),
        money,
        components: new Map(judged.map((one) => [one.component, one])),
      };
    },
    evaluations: () => evaluations,
  };
}

const add = (a: Money, b: Money): Money => ({
  compute: a.compute + b.compute,
  traffic: a.traffic + b.traffic,
  waiting: a.waiting + b.waiting,
});

function indexOf({ registry, graph }: Model): Index {
  const { components, dataCenters } = registry;
  return {
    components: new Map(components.map((component) => [component.key, component])),
    places: new Map(dataCenters.map((place) => [place.name, place])),
    free: new Map(dataCenters.map(({ name }) => [name, occupancyOf(registry, name).free])),
    // What a component's prediction depends on: itself, what it reaches, and who calls it.
    reach: new Map(
      components.map(({ key }) => [key, [...new Set([...reachOf(key, graph), ...graph.callersOf(key).map(({ from }) => from)])]]),
    ),
    priceRange: new Map(
      components.map((component) => {
        const prices = dataCenters.map((place) => computeUsdPerHour(component, place)).filter((price) => price !== null);
        return [component.key, prices.length === 0 ? null : { least: Math.min(...prices), most: Math.max(...prices) }];
      }),
    ),
  };
}

interface Asked {
  readonly component: ComponentRecord;
  readonly place: DataCenterRecord;
  readonly placement: Placement;
  readonly groups: readonly Group[];
  readonly model: Model;
  readonly index: Index;
}

function questionOf({ component, place, placement, groups, model, index }: Asked): TermQuestion {
  const evidence = model.evidence.get(component.key);
  const usable = evidence !== undefined && evidence.missing.length === 0;
  const range = index.priceRange.get(component.key) ?? null;
  const price = computeUsdPerHour(component, place);
  const present = model.present.get(component.key);
  const instances = placementsOf(model.registry.instances, component.key).reduce((sum, { ready }) => sum + ready, 0);
  return {
    component,
    place,
    service: usable
      ? { latencyMsP95: p95Of(groups), requestsPerSecond: evidence.requestsPerSecond, errorRate: evidence.errorRate, instances }
      : null,
    users: usable
      ? groups
          .filter((group) => group.user)
          .map(({ entry, accessMs, requestsPerSecond }) => ({
            rttMs: accessMs + model.rttMs(entry, place.name),
            requestsPerSecond,
          }))
      : [],
    calls: callsOf(component.key, placement, model),
    cost: range !== null && price !== null ? { usdPerHour: price, ...range } : null,
    freeShare: freeShare(place, placement, model, index),
    isPresent: present === place.name,
    hoursSinceMove: model.hoursSinceMove.get(component.key) ?? null,
  };
}

function callsOf(key: string, placement: Placement, { graph, rates, rttMs }: Model) {
  return [...graph.callsOf(key), ...graph.callersOf(key)].flatMap(({ from, to, callsPerRequest }) => {
    const [caller, callee] = [placement.get(from), placement.get(to)];
    if (caller === undefined || callee === undefined) return [];
    return [{ rttMs: caller === callee ? 0 : rttMs(caller, callee), callsPerSecond: (rates.get(from) ?? 0) * callsPerRequest }];
  });
}

/** Present room, with everything that moves in or out: the scarcest resource counts. */
function freeShare(place: DataCenterRecord, placement: Placement, model: Model, index: Index): number {
  const capacity = capacityOf(place.spec);
  const free = { ...(index.free.get(place.name) ?? capacity) };
  for (const [key, to] of placement) {
    const from = model.present.get(key);
    const component = index.components.get(key);
    if (from === to || !component || (from !== place.name && to !== place.name)) continue;
    const demand = demandOfAll(component);
    const sign = to === place.name ? -1 : 1;
    for (const resource of RESOURCES) free[resource] += sign * demand[resource];
  }
  return Math.min(...RESOURCES.map((resource) => (capacity[resource] > 0 ? free[resource] / capacity[resource] : 1)));
}

const RESOURCES = ["cpuMillicores", "memoryMiB", "storageMiB"] as const;

/** Performance and proximity are about users' requests, dependency about calls, everything else about components. */
export function termWeights(keys: readonly string[], model: Model): (component: string) => Readonly<Record<TermName, number>> {
  const users = (key: string): number => userRate(model.evidence.get(key));
  const anyUsers = keys.some((component) => users(component) > 0);
  return (key) => {
    const requests = anyUsers ? users(key) : (model.rates.get(key) ?? 0);
    const dependency = [...model.graph.callsOf(key), ...model.graph.callersOf(key)].reduce(
      (sum, { from, callsPerRequest }) => sum + (model.rates.get(from) ?? 0) * callsPerRequest,
      0,
    );
    return { performance: requests, proximity: requests, dependency, cost: 1, carbon: 1, headroom: 1, stability: 1 };
  };
}

function overallTerms(judged: readonly Judgement[], model: Model): Record<TermName, number | null> {
  const weightsOf = termWeights(
    judged.map(({ component }) => component),
    model,
  );
  const weighed = judged.map(({ component, terms }) => ({ terms, weights: weightsOf(component) }));
  return Object.fromEntries(TERM_NAMES.map((term) => [term, mean(weighed, term)])) as Record<TermName, number | null>;
}

function mean(judged: readonly { terms: Terms; weights: Readonly<Record<TermName, number>> }[], term: TermName): number | null {
  let [sum, total] = [0, 0];
  for (const { terms, weights } of judged) {
    const [value, weight] = [terms[term], weights[term]];
    if (value === null || weight <= 0) continue;
    sum += value * weight;
    total += weight;
  }
  return total === 0 ? null : sum / total;
}
