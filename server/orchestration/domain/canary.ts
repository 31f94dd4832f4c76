import { sumOf } from "../../kpi-intake/domain/figures.ts";
import { quantile, shareWithin, shift, sumCounts } from "../../kpi-intake/domain/histogram.ts";
import { lowestRate } from "../../migration-planning/domain/predict/wilson.ts";

/** How a move is tried out, as its policy said when it was asked for. */
export interface CanarySettings {
  /** Of the users. */
  readonly percent: number;
  readonly ms: number;
}

/** What the gateway saw of one side. */
export interface CanarySide {
  readonly requests: number;
  readonly errors: number;
  readonly latencyMsP95: number | null;
}

/** `held`: the rest has followed; `insufficient-data`: it has, too, and the watch alone looks after it; `returned`: all are back. */
export type CanaryDecision = "held" | "insufficient-data" | "returned";

export interface CanaryRecord {
  readonly percent: number;
  /** RFC 3339: since when both sides own the component. */
  readonly since: string;
  /** Null: it is being tried out. */
  readonly decision: CanaryDecision | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly target: CanarySide;
  readonly control: CanarySide;
}

/** Requests of one component that one entry sent to one place. */
export interface EntryTraffic {
  readonly entry: string;
  readonly dataCenter: string;
  readonly requests: number;
  readonly errors: number;
  readonly counts: readonly number[];
}

export interface CanaryQuestion {
  readonly traffic: readonly EntryTraffic[];
  readonly from: string;
  readonly to: string;
  readonly rttMs: (from: string, to: string) => number;
  readonly regressionPercent: number;
  /** Users' p95 that the move was promised to stay below; null: nothing was promised. */
  readonly latencyLimitMs: number | null;
  /** Whether it has been tried out for as long as the policy says. */
  readonly isOver: boolean;
}

export interface CanaryJudgement {
  /** Null: it goes on. */
  readonly decision: CanaryDecision | null;
  readonly reason: string | null;
  readonly target: CanarySide;
  readonly control: CanarySide;
}

/** Fewer on either side say nothing. */
const REQUESTS_MIN = 20;
/** So much is a machine's own unrest. */
const UNREST_MS = 5;
/** Most requests of the target failing needs no control to be judged by. */
const ERROR_SHARE_MAX = 0.5;
const NOTHING: CanarySide = { requests: 0, errors: 0, latencyMsP95: null };

/**
 * Both sides against each other. Who fails goes back as soon as that is certain; latency is judged at the end, entry by entry:
 * what the control got there, later by what the link to the target is longer, and never less than the policy's margin above it.
 */
export function judgeCanary(question: CanaryQuestion): CanaryJudgement {
  const { traffic, from, to, isOver } = question;
  const [target, control] = [sideOf(traffic, to), sideOf(traffic, from)];
  const sides = { target, control };
  const failing = failureOf(target, control);
  if (failing !== null) return { decision: "returned", reason: failing, ...sides };
  if (!isOver) return { decision: null, reason: null, ...sides };
  if (target.requests < REQUESTS_MIN || control.requests < REQUESTS_MIN) {
    const reason = `canary: ${target.requests} requests in the new place and ${control.requests} in the old one are too few to compare`;
    return { decision: "insufficient-data", reason, ...sides };
  }
  const slow = slownessOf(question);
  if (slow !== null) return { decision: "returned", reason: slow, ...sides };
  return { decision: "held", reason: `canary: ${figuresOf(target)} against ${figuresOf(control)}`, ...sides };
}

function sideOf(traffic: readonly EntryTraffic[], place: string): CanarySide {
  const { counts, ...side } = sumOf(traffic.filter(({ dataCenter }) => dataCenter === place));
  return { ...side, latencyMsP95: quantile(counts, 0.95) };
}

const percent = ({ errors, requests }: CanarySide): string => `${((100 * errors) / Math.max(1, requests)).toFixed(1)} %`;
const figuresOf = (side: CanarySide): string =>
  `errors ${percent(side)}, p95 ${side.latencyMsP95 === null ? "unknown" : `${Math.round(side.latencyMsP95)} ms`}`;

/** The least that the target can fail against the most that the control can: what may be chance is none of anybody's. */
function failureOf(target: CanarySide, control: CanarySide): string | null {
  if (target.requests < REQUESTS_MIN) return null;
  const least = lowestRate(target.errors, target.requests);
  const isCompared = control.requests >= REQUESTS_MIN;
  const most = isCompared ? 1 - lowestRate(control.requests - control.errors, control.requests) : ERROR_SHARE_MAX;
  if (least <= most) return null;
  return `canary: errors ${percent(target)}${isCompared ? ` against ${percent(control)}` : ""}`;
}

const LATENCY_SHARE = 0.05;

function slownessOf({ traffic, from, to, rttMs, regressionPercent, latencyLimitMs }: CanaryQuestion): string | null {
  const pairs = traffic.flatMap((there) => {
    const here = traffic.find(({ entry, dataCenter }) => entry === there.entry && dataCenter === from);
    return there.dataCenter === to && there.requests > 0 && here && here.requests > 0 ? [{ there, here }] : [];
  });
  const expected = pairs.map(({ there, here }) => {
    const longerMs = Math.max(0, rttMs(there.entry, to) - rttMs(there.entry, from));
    const weight = there.requests / here.requests;
    return shift(here.counts, longerMs).map((count) => count * weight);
  });
  const expectedMs = quantile(sumCounts(expected), 0.95);
  const { requests, counts: seen } = sumOf(pairs.map(({ there }) => there));
  if (expectedMs === null || requests < REQUESTS_MIN) return null;
  const limitMs = Math.max(expectedMs * (1 + regressionPercent / 100) + UNREST_MS, latencyLimitMs ?? 0);
  const over = requests * (1 - (shareWithin(seen, limitMs) ?? 1));
  if (lowestRate(over, requests) <= LATENCY_SHARE) return null;
  return `canary: p95 ${Math.round(quantile(seen, 0.95) ?? 0)} ms, at most ${Math.round(limitMs)} ms are allowed by what the others get`;
}

/** The record with which a trial begins; null for a move that takes all users at once. */
export function beginCanary({ canary = null }: { readonly canary?: CanarySettings | null }, now: Date): CanaryRecord | null {
  if (canary === null) return null;
  const sides = { target: NOTHING, control: NOTHING };
  return { percent: canary.percent, since: now.toISOString(), decision: null, decidedAt: null, reason: null, ...sides };
}
