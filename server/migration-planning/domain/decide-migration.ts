import { cusum } from "../../performance-analysis/domain/cusum.ts";
import { ewma } from "../../performance-analysis/domain/ewma.ts";
import type { Refusal } from "./constraints/index.ts";
import { combine, type Terms, type Weights } from "./terms/index.ts";

/** What the component's instances and callers give rise to, as a score over time; each 0..100. */
export interface PerformanceData {
  /** Oldest first, one a bucket; empty without evidence. */
  readonly scores: readonly number[];
  /** Why there is not enough to decide on; empty when there is. */
  readonly missing: readonly string[];
}

/** How near the component stands to its users, over the same buckets; null: it has none of its own. */
export interface UsersData {
  readonly scores: readonly number[] | null;
}

export interface DecisionSettings {
  readonly weights: Weights;
  readonly migrationThreshold: number;
}

/** Whether a component should move at all, and how sure that is. Where to is the planner's question. */
export interface Decision {
  readonly candidate: boolean;
  readonly reason: "score" | "forbidden" | "insufficient-evidence" | "well-placed";
  readonly performanceScore: number | null;
  readonly proximityScore: number | null;
  readonly combinedScore: number | null;
  /** In points below the threshold, summed over time. */
  readonly cusum: number | null;
}

/** About six buckets of memory. */
const ALPHA = 0.3;
/** A point below the threshold is nobody's reason to move; twenty points of it, however they come, are. */
const SLACK_POINTS = 1;
const CAP_POINTS = 10;
const ALARM_POINTS = 20;

/**
 * The seed's decision. A performance score from latency, throughput and error rate; a proximity score from where the users are;
 * the two weighted; below the threshold the component is a candidate. It is decided on evidence (a smoothed score, EWMA, and the
 * sum of what it lies below the threshold, CUSUM), never on one sample. A place that a constraint forbids makes a candidate at
 * once.
 */
export function decideMigration(
  component: { readonly forbidden: readonly Refusal[]; readonly otherTerms: Partial<Terms> },
  performanceData: PerformanceData,
  users: UsersData,
  { weights, migrationThreshold }: DecisionSettings,
): Decision {
  const performanceScore = ewma(performanceData.scores, ALPHA);
  const proximityScore = users.scores === null ? null : ewma(users.scores, ALPHA);
  const combined = performanceData.scores.flatMap((performance, index) => {
    const proximity = users.scores === null ? null : (users.scores[index] ?? null);
    return combine({ ...component.otherTerms, performance, proximity }, weights) ?? [];
  });
  const { smoothed: combinedScore, below, isLow } = judgeScores(combined, migrationThreshold);
  const known = { performanceScore, proximityScore, combinedScore, cusum: combinedScore === null ? null : below };
  if (component.forbidden.length > 0) return { ...known, candidate: true, reason: "forbidden" };
  if (performanceData.missing.length > 0 || combinedScore === null)
    return { ...known, candidate: false, reason: "insufficient-evidence" };
  return { ...known, candidate: isLow, reason: isLow ? "score" : "well-placed" };
}

/** The rule itself, over combined scores, oldest first: smoothed below the threshold, and below it by enough for long enough. */
export function judgeScores(combined: readonly number[], migrationThreshold: number) {
  const smoothed = ewma(combined, ALPHA);
  const { sum: below } = cusum(
    combined.map((score) => migrationThreshold - score),
    { slack: SLACK_POINTS, cap: CAP_POINTS },
  );
  return { smoothed, below, isLow: smoothed !== null && smoothed < migrationThreshold && below >= ALARM_POINTS };
}
