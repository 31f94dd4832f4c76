import type { RegistrySnapshot } from "../../../component-registry/domain/registry.ts";
import { sumCounts } from "../../../kpi-intake/domain/histogram.ts";
import {
  BUCKET_MS,
  flowsBetween,
  instancesBetween,
  type Bucket,
  type Flow,
  type InstanceUse,
} from "../../../performance-analysis/domain/bucket.ts";
import type { RttMs } from "./call-graph.ts";
import { later, latencyOf, together, type Latency } from "./latency.ts";
import type { Placement } from "./placement.ts";
import { lowestRate } from "./wilson.ts";

/** Requests that come in at one entry, from users of one region or from components that stand there. */
export interface Group {
  readonly entry: string;
  readonly user: boolean;
  /** Null: of calls, of addresses without a place, and where all regions of an entry are together. */
  readonly region: string | null;
  readonly accessMs: number;
  readonly requestsPerSecond: number;
  /** As the gateway saw it, as if all had been served where the component is now. */
  readonly latency: Latency;
}

/** What is known of one component's requests. */
export interface ComponentEvidence {
  readonly component: string;
  readonly requests: number;
  readonly windowMs: number;
  /** Why it is not enough to decide on; empty when it is. */
  readonly missing: readonly string[];
  readonly latencyFrom: "gateway" | "agents" | "none";
  /** One an entry: what placements are judged by. */
  readonly groups: readonly Group[];
  /** One an entry and region: what people are told. */
  readonly regionalGroups: readonly Group[];
  readonly requestsPerSecond: number;
  /** Lower end of what the share of failures may be, 0..1: chance is nobody's fault. */
  readonly errorRate: number;
}

/** Windows are tried from the shortest: busy components are judged on minutes, quiet ones on a quarter of an hour. */
const WINDOWS_MS = [60_000, 120_000, 300_000, 900_000];
const REQUESTS_WANTED = 1_000;
export const REQUESTS_MIN = 100;
const COVERED_MS_MIN = 30_000;

export interface EvidenceInput {
  readonly registry: RegistrySnapshot;
  readonly buckets: readonly Bucket[];
  readonly placement: Placement;
  readonly now: Date;
  readonly rttMs: RttMs;
}

/** Everything of one window, by component. */
interface Window {
  readonly windowMs: number;
  readonly coveredMs: number;
  readonly flows: ReadonlyMap<string, readonly Flow[]>;
  readonly uses: ReadonlyMap<string, readonly InstanceUse[]>;
}

/** What is known of every component that runs. */
export function evidenceOf(input: EvidenceInput): ReadonlyMap<string, ComponentEvidence> {
  const windows = new Map<number, Window>();
  const windowOf = (windowMs: number): Window => {
    const window = windows.get(windowMs) ?? readWindow(windowMs, input);
    windows.set(windowMs, window);
    return window;
  };
  const one = (component: string): ComponentEvidence => {
    let evidence: ComponentEvidence | null = null;
    for (const windowMs of WINDOWS_MS) {
      evidence = within(component, windowOf(windowMs), input);
      if (evidence.requests >= REQUESTS_WANTED && evidence.missing.length === 0) return evidence;
    }
    return evidence ?? within(component, windowOf(0), input);
  };
  return new Map([...input.placement.keys()].map((key) => [key, one(key)]));
}

function readWindow(windowMs: number, { buckets, now }: EvidenceInput): Window {
  const [fromMs, toMs] = [now.getTime() - windowMs, now.getTime() + BUCKET_MS];
  const first = buckets.find(({ atMs }) => atMs >= fromMs);
  return {
    windowMs,
    coveredMs: Math.min(windowMs, now.getTime() - (first?.atMs ?? now.getTime())),
    flows: Map.groupBy(flowsBetween(buckets, fromMs, toMs), ({ component }) => component),
    uses: Map.groupBy(instancesBetween(buckets, fromMs, toMs), ({ component }) => component),
  };
}

function within(component: string, window: Window, { placement, rttMs }: EvidenceInput): ComponentEvidence {
  const { windowMs, coveredMs } = window;
  const [flows, uses] = [window.flows.get(component) ?? [], window.uses.get(component) ?? []];
  const place = placement.get(component) ?? "";
  const [offered, worked] = [totalOf(flows), totalOf(uses)];
  const latencyFrom = offered > 0 ? "gateway" : worked > 0 ? "agents" : "none";
  const requests = latencyFrom === "gateway" ? offered : worked;
  const errors = (latencyFrom === "gateway" ? flows : uses).reduce((sum, item) => sum + item.errors, 0);
  const seconds = Math.max(1, coveredMs / 1000);
  const regionalGroups =
    latencyFrom === "gateway"
      ? groupsOf(flows, { place, seconds, rttMs })
      : latencyFrom === "agents"
        ? [localGroup(place, worked / seconds, uses)]
        : [];
  return {
    component,
    requests,
    windowMs,
    missing: missingOf(requests, coveredMs, windowMs),
    latencyFrom,
    regionalGroups,
    groups: withoutRegions(regionalGroups),
    requestsPerSecond: requests / seconds,
    errorRate: lowestRate(errors, requests),
  };
}

const totalOf = (items: readonly { readonly requests: number }[]): number =>
  items.reduce((sum, { requests }) => sum + requests, 0);

function missingOf(requests: number, coveredMs: number, windowMs: number): string[] {
  const minutes = Math.round(windowMs / 60_000);
  const seconds = Math.max(0, Math.round(coveredMs / 1000));
  return [
    ...(requests < REQUESTS_MIN ? [`${requests} requests in ${minutes} min, ${REQUESTS_MIN} are needed`] : []),
    ...(coveredMs < COVERED_MS_MIN ? [`measured for ${seconds} s, ${COVERED_MS_MIN / 1000} s are needed`] : []),
  ];
}

interface Served {
  readonly place: string;
  readonly seconds: number;
  readonly rttMs: RttMs;
}

/** What was served elsewhere is taken as if it had been served here: later or sooner by the difference of the links. */
function groupsOf(flows: readonly Flow[], { place, seconds, rttMs }: Served): Group[] {
  const kinds = Map.groupBy(flows, ({ entry, user, region }) => `${entry}|${user}|${region ?? ""}`);
  return [...kinds.values()].flatMap((same): Group[] => {
    const [first] = same;
    if (!first) return [];
    const requests = totalOf(same);
    const parts = same.map(({ entry, dataCenter, counts, requests: weight }) => {
      const elsewhere = dataCenter !== null && dataCenter !== place;
      const latency = latencyOf(counts);
      const linkMs = elsewhere ? rttMs(entry, place) - rttMs(entry, dataCenter) : 0;
      return { weight, latency: linkMs === 0 ? latency : later(latency, () => linkMs) };
    });
    const access = same.reduce((sum, flow) => sum + flow.accessMs * flow.requests, 0);
    return [
      {
        entry: first.entry,
        user: first.user,
        region: first.region,
        accessMs: requests === 0 ? 0 : access / requests,
        requestsPerSecond: requests / seconds,
        latency: together(parts),
      },
    ];
  });
}

function withoutRegions(groups: readonly Group[]): Group[] {
  return [...Map.groupBy(groups, ({ entry, user }) => `${entry}|${user}`).values()].flatMap((same): Group[] => {
    const [first] = same;
    if (!first) return [];
    const requestsPerSecond = same.reduce((sum, group) => sum + group.requestsPerSecond, 0);
    const access = same.reduce((sum, group) => sum + group.accessMs * group.requestsPerSecond, 0);
    const latency = together(same.map((group) => ({ latency: group.latency, weight: group.requestsPerSecond })));
    const accessMs = requestsPerSecond === 0 ? 0 : access / requestsPerSecond;
    return [{ ...first, region: null, requestsPerSecond, accessMs, latency }];
  });
}

/** Where no gateway saw a request, agents' own measurement stands for callers beside the instance. */
function localGroup(place: string, requestsPerSecond: number, uses: readonly InstanceUse[]): Group {
  const latency = latencyOf(sumCounts(uses.map((use) => use.counts)));
  return { entry: place, user: false, region: null, accessMs: 0, requestsPerSecond, latency };
}
