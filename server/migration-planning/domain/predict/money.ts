import { demandOf, instancesWanted, times, type Amounts } from "../../../component-registry/domain/capacity.ts";
import { listPricePerHour } from "../../../component-registry/domain/running-cost.ts";
import type { ComponentRecord, DataCenterRecord } from "../../../component-registry/domain/registry.ts";
import type { Group } from "./evidence.ts";
import type { Model } from "./model.ts";
import type { Placement } from "./placement.ts";
import { feltGroups } from "./predict-groups.ts";
import { meanOf } from "./latency.ts";

/** Money an hour, by what it is for. */
export interface Money {
  readonly compute: number;
  /** Bytes between places and to users. */
  readonly traffic: number;
  /** What users' waiting is worth. */
  readonly waiting: number;
}

/** A request that waits a millisecond longer costs this much: 0.005 $ per 1,000 request-seconds, the value of the planning study. */
export const USD_PER_REQUEST_MS = 5e-9;
const HOUR_S = 3600;
const GIB = 2 ** 30;
const ANSWER_BYTES = 900;

export const demandOfAll = ({ spec }: ComponentRecord): Amounts => times(demandOf(spec), instancesWanted(spec));

/** List price of what the component asks for; null where the place has none. */
export function computeUsdPerHour(component: ComponentRecord, { spec: { price } }: DataCenterRecord): number | null {
  return price === null ? null : listPricePerHour(demandOfAll(component), price);
}

/** A gibibyte from one place to another; within one it is free, and to users it is the place's own price. */
export function egressUsdPerGiB(from: string, to: string | null, { registry }: Pick<Model, "registry">): number {
  if (from === to) return 0;
  const link = to === null ? undefined : registry.links.find((entry) => entry.from === from && entry.to === to);
  return link?.spec.egressGiB ?? registry.dataCenters.find(({ name }) => name === from)?.spec.price?.egressGiB ?? 0;
}

/** The traffic of one component's own calls and answers to users, an hour. */
function trafficUsdPerHour(component: ComponentRecord, placement: Placement, model: Model): number {
  const place = placement.get(component.key);
  if (place === undefined) return 0;
  const rate = model.rates.get(component.key) ?? 0;
  const calls = model.graph.callsOf(component.key).reduce((sum, { to, callsPerRequest, requestBytes, responseBytes }) => {
    const there = placement.get(to);
    if (there === undefined || there === place) return sum;
    const perCall = requestBytes * egressUsdPerGiB(place, there, model) + responseBytes * egressUsdPerGiB(there, place, model);
    return sum + (rate * callsPerRequest * perCall) / GIB;
  }, 0);
  const users = (model.evidence.get(component.key)?.groups ?? []).filter((group) => group.user);
  const answers = users.reduce((sum, group) => sum + group.requestsPerSecond, 0) * answerBytes(component.key, model);
  return HOUR_S * (calls + (answers * egressUsdPerGiB(place, null, model)) / GIB);
}

/** Users' answers are about as long as those that other components get from it. */
function answerBytes(component: string, { graph }: Model): number {
  const sizes = graph.callersOf(component).map(({ responseBytes }) => responseBytes);
  return sizes.length === 0 ? ANSWER_BYTES : sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

const waits = new WeakMap<readonly Group[], number>();

export function waitingUsdPerHour(groups: readonly Group[]): number {
  const known = waits.get(groups);
  if (known !== undefined) return known;
  const usd = feltGroups(groups).reduce(
    (sum, { requestsPerSecond, latency }) => sum + HOUR_S * USD_PER_REQUEST_MS * requestsPerSecond * meanOf(latency),
    0,
  );
  waits.set(groups, usd);
  return usd;
}

/** What one component costs an hour under a placement. */
export function moneyOf(component: ComponentRecord, placement: Placement, groups: readonly Group[], model: Model): Money {
  const place = model.registry.dataCenters.find(({ name }) => name === placement.get(component.key));
  const felt = groups.some((group) => group.user) || !hasUsers(model);
  return {
    compute: place ? (computeUsdPerHour(component, place) ?? 0) : 0,
    traffic: trafficUsdPerHour(component, placement, model),
    waiting: felt ? waitingUsdPerHour(groups) : 0,
  };
}

const hasUsers = ({ evidence }: Model): boolean =>
  [...evidence.values()].some(({ groups }) => groups.some((group) => group.user && group.requestsPerSecond > 0));

export const totalOf = ({ compute, traffic, waiting }: Money): number => compute + traffic + waiting;
