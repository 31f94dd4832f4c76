import { sumOf } from "../../kpi-intake/domain/figures.ts";

/** Evidence comes in buckets of this length. */
export const BUCKET_MS = 10_000;

/** Requests of one kind: to one component, through one entry, served in one place. The gateway's view: what callers got. */
export interface Flow {
  readonly component: string;
  /** Data centre of the entry: where the users came in, or where the calling component stands. */
  readonly entry: string;
  /** Null: no instance could serve. */
  readonly dataCenter: string | null;
  /** False: one component calling another. */
  readonly user: boolean;
  /** Region of the users; null for calls and for addresses without a place. */
  readonly region: string | null;
  /** Round trip between the users and their entry by distance, ms, as a mean over the requests; 0 for calls. */
  readonly accessMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly counts: readonly number[];
}

/** What one instance did and took. The agent's view. */
export interface InstanceUse {
  readonly component: string;
  readonly dataCenter: string;
  readonly instance: string;
  readonly windowMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly counts: readonly number[];
  readonly cpuMillicores: number | null;
  readonly memoryMiB: number | null;
}

/** Round-trip time of one link as agents measured it. */
export interface LinkUse {
  readonly from: string;
  readonly to: string;
  readonly rttMsP50: number;
  readonly probes: number;
  readonly lost: number;
}

export interface Bucket {
  readonly atMs: number;
  readonly flows: readonly Flow[];
  readonly instances: readonly InstanceUse[];
  readonly links: readonly LinkUse[];
}

export const bucketOf = (atMs: number): number => Math.floor(atMs / BUCKET_MS) * BUCKET_MS;

/** One flow a kind: requests added, histograms merged, access as the mean of all. The order of what comes in changes nothing. */
export function sumFlows(flows: readonly Flow[], keyOf: (flow: Flow) => string = kindOf): Flow[] {
  return [...Map.groupBy(flows, keyOf).values()].flatMap((same) => {
    const [first] = same;
    if (!first || same.length === 1) return first ?? [];
    const seen = sumOf(same);
    const access = same.reduce((sum, flow) => sum + flow.accessMs * flow.requests, 0);
    return { ...first, ...seen, accessMs: seen.requests === 0 ? 0 : access / seen.requests };
  });
}

export const kindOf = ({
  component,
  entry,
  dataCenter,
  user,
  region,
}: Pick<Flow, "component" | "entry" | "dataCenter" | "user" | "region">): string =>
  `${component}|${entry}|${dataCenter ?? ""}|${user ? "u" : "c"}|${region ?? ""}`;

/** Everything between two times, one flow a kind. */
export function flowsBetween(buckets: readonly Bucket[], fromMs: number, toMs: number): Flow[] {
  return sumFlows(buckets.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).flatMap(({ flows }) => flows));
}

export function instancesBetween(buckets: readonly Bucket[], fromMs: number, toMs: number): readonly InstanceUse[] {
  return buckets.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).flatMap(({ instances }) => instances);
}
