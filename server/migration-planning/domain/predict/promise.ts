import { quantile } from "../../../kpi-intake/domain/histogram.ts";
import { drifted, type Drift } from "./drift.ts";
import type { Group } from "./evidence.ts";
import { feltGroups, mergedCounts } from "./predict-groups.ts";

/** A 95th percentile that will be measured, and where it will lie with 90 %. */
export interface Promised {
  readonly latencyMsP95: number;
  readonly interval: readonly [number, number];
}

export interface Horizon {
  readonly drift: Drift;
  /** When the measurement ends, from now. */
  readonly aheadMs: number;
  /** How long is measured. */
  readonly measuredMs: number;
}

const Z_90 = 1.645;
const QUANTILE = 0.95;
/** What the model itself may be wrong by: links, queues, histograms. */
const MODEL_SHARE = 0.04;
const MODEL_MS = 3;

/**
 * The p95 of requests that come in until the horizon. Its interval holds what the users' drift may do until then, the chance of a
 * sample of that size (a quantile's rank is binomial) and the model's own error.
 */
export function promiseOf(groups: readonly Group[], { drift, aheadMs, measuredMs }: Horizon): Promised | null {
  const felt = feltGroups(groups);
  const mixes = [0, aheadMs / 2, aheadMs].map((ahead) => {
    const later = drifted(felt, drift, ahead);
    return { counts: mergedCounts(later), rate: later.reduce((sum, group) => sum + group.requestsPerSecond, 0) };
  });
  const central = quantile(mixes[1]?.counts ?? [], QUANTILE);
  if (central === null) return null;
  const bounds = mixes.flatMap(({ counts, rate }) => {
    const requests = Math.max(10, (rate * measuredMs) / 1000);
    const spread = Z_90 * Math.sqrt((QUANTILE * (1 - QUANTILE)) / requests);
    return [quantile(counts, Math.max(0.5, QUANTILE - spread)), quantile(counts, Math.min(0.999, QUANTILE + spread))].flatMap(
      (ms) => ms ?? [],
    );
  });
  const error = Math.max(MODEL_MS, MODEL_SHARE * central);
  const [low, high] = [Math.min(central, ...bounds) - error, Math.max(central, ...bounds) + error];
  return { latencyMsP95: central, interval: [Math.max(0, low), high] };
}
