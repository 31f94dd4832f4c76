import type { RegistrySnapshot } from "../../../component-registry/domain/registry.ts";
import {
  flowsBetween,
  instancesBetween,
  sumFlows,
  BUCKET_MS,
  type Bucket,
  type Flow,
} from "../../../performance-analysis/domain/bucket.ts";
import { merge } from "../../../kpi-intake/domain/histogram.ts";
import type { RttMs } from "./call-graph.ts";
import type { Placement } from "./placement.ts";
import { recount } from "./recount.ts";

/** Requests that come in at one entry, from users of one region or from components that stand there. */
export interface Group {
  readonly entry: string;
  readonly user: boolean;
  readonly region: string | null;
  readonly accessMs: number;
  readonly requestsPerSecond: number;
  /** Latency as the gateway saw it, as if all had been served where the component is now. */
  readonly counts: readonly number[];
}

/** What is known of one component's requests. */
export interface ComponentEvidence {
  readonly component: string;
  readonly requests: number;
  readonly windowMs: number;
  /** Why it is not enough to decide on; empty when it is. */
  readonly missing: readonly string[];
  readonly latencyFrom: "gateway" | "agents" | "none";
  readonly groups: readonly Group[];
  readonly requestsPerSecond: number;
  /** Lower end of what the share of failures may be, 0..1: chance is nobody's fault. */
  readonly errorRate: number;
}

/** Windows are tried from the shortest: busy components are judged on minutes, quiet ones on a quarter of an hour. */
const WINDOWS_MS = [120_000, 300_000, 900_000];
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

/** What is known of every component that runs. */
export function evidenceOf(input: EvidenceInput): ReadonlyMap<string, ComponentEvidence> {
  return new Map([...input.placement.keys()].map((key) => [key, evidenceOfOne(key, input)]));
}

function evidenceOfOne(component: string, input: EvidenceInput): ComponentEvidence {
  const tried = WINDOWS_MS.map((windowMs) => within(component, windowMs, input));
  const enough = tried.find(({ requests, missing }) => requests >= REQUESTS_WANTED && missing.length === 0);
  return enough ?? tried.at(-1) ?? within(component, WINDOWS_MS[0] ?? 120_000, input);
}

function within(component: string, windowMs: number, { buckets, placement, now, rttMs }: EvidenceInput): ComponentEvidence {
  const fromMs = now.getTime() - windowMs;
  const toMs = now.getTime() + BUCKET_MS;
  const seen = buckets.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const coveredMs = Math.min(windowMs, now.getTime() - Math.max(fromMs, seen[0]?.atMs ?? now.getTime()));
  const flows = flowsBetween(seen, fromMs, toMs).filter((flow) => flow.component === component);
  const uses = instancesBetween(seen, fromMs, toMs).filter((use) => use.component === component);
  const place = placement.get(component) ?? "";
  const offered = flows.reduce((sum, { requests }) => sum + requests, 0);
  const worked = uses.reduce((sum, { requests }) => sum + requests, 0);
  const latencyFrom = offered > 0 ? "gateway" : worked > 0 ? "agents" : "none";
  const source = latencyFrom === "gateway" ? flows : uses;
  const requests = Math.max(offered, latencyFrom === "agents" ? worked : 0);
  const errors = source.reduce((sum, item) => sum + item.errors, 0);
  const seconds = Math.max(1, coveredMs / 1000);
  const groups =
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
    groups,
    requestsPerSecond: requests / seconds,
    errorRate: lowestRate(errors, requests),
  };
}

function missingOf(requests: number, coveredMs: number, windowMs: number): string[] {
  const minutes = Math.round(windowMs / 60_000);
  return [
    ...(requests < REQUESTS_MIN ? [`${requests} requests in ${minutes} min, ${REQUESTS_MIN} are needed`] : []),
    ...(coveredMs < COVERED_MS_MIN
      ? [`measured for ${Math.max(0, Math.round(coveredMs / 1000))} s, ${COVERED_MS_MIN / 1000} s are needed`]
      : []),
  ];
}

/** What was served elsewhere is taken as if it had been served here: later or sooner by the difference of the links. */
function groupsOf(flows: readonly Flow[], { place, seconds, rttMs }: { place: string; seconds: number; rttMs: RttMs }): Group[] {
  const here = flows.map((flow): Flow => {
    if (flow.dataCenter === place || flow.dataCenter === null) return { ...flow, dataCenter: place };
    const laterMs = rttMs(flow.entry, place) - rttMs(flow.entry, flow.dataCenter);
    return { ...flow, dataCenter: place, counts: recount(flow.counts, () => laterMs) };
  });
  return sumFlows(here).map(({ entry, user, region, accessMs, requests, counts }) => ({
    entry,
    user,
    region,
    accessMs,
    requestsPerSecond: requests / seconds,
    counts,
  }));
}

/** Where no gateway saw a request, agents' own measurement stands for callers beside the instance. */
function localGroup(place: string, requestsPerSecond: number, uses: readonly { readonly counts: readonly number[] }[]): Group {
  const counts = uses.reduce<readonly number[]>((sum, use) => merge(sum, use.counts), []);
  return { entry: place, user: false, region: null, accessMs: 0, requestsPerSecond, counts };
}

const Z_95 = 1.645;

/** Lower end of Wilson's score interval, one-sided 95 % (E. B. Wilson, "Probable inference", JASA 22, 1927). */
export function lowestRate(errors: number, requests: number): number {
  if (requests === 0 || errors === 0) return 0;
  const rate = errors / requests;
  const square = Z_95 ** 2 / requests;
  const middle = rate + square / 2;
  const spread = Z_95 * Math.sqrt((rate * (1 - rate)) / requests + square / (4 * requests));
  return Math.max(0, (middle - spread) / (1 + square));
}
