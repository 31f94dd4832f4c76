import { policiesInForce } from "../../component-registry/domain/policy.ts";
import type { DataCenterRecord, PolicyRecord } from "../../component-registry/domain/registry.ts";
import { UNREACHABLE_AFTER_MS } from "../../component-registry/domain/status.ts";

/** Whether gateways elsewhere reach what runs in a place; `unknown`: nobody could be asked, or nothing runs there. */
export type Reach = "reached" | "not-reached" | "unknown";

export interface LossQuestion {
  readonly place: DataCenterRecord;
  readonly policies: readonly PolicyRecord[];
  /** Since when this leader listens: what nobody listened to was not silent. */
  readonly listeningSince: Date;
  readonly now: Date;
}

export function silentMs({ place, listeningSince, now }: Omit<LossQuestion, "policies">): number {
  const since = Math.max(place.lastSeenAt?.getTime() ?? 0, listeningSince.getTime());
  return now.getTime() - since;
}

/** The policy with the least patience says when a place is looked at; each component waits for its own one's. */
export const isDoubtful = (question: LossQuestion): boolean =>
  question.place.lastSeenAt !== null &&
  silentMs(question) >= Math.min(...policiesInForce(question.policies).map(({ spec }) => spec.selfHealing.afterMs));

export type LossVerdict = "lost" | "back" | "unchanged";

/** A silent host alone is no loss, and what nobody knows changes nothing. Heard of again, a place is back. */
export function judgeLoss(question: LossQuestion, reach: Reach): LossVerdict {
  if ((question.place.loss ?? null) !== null) return isHeard(question) ? "back" : "unchanged";
  return isDoubtful(question) && reach === "not-reached" ? "lost" : "unchanged";
}

/** By this leader itself: one that has just come into office has heard nobody yet. */
const isHeard = (question: LossQuestion): boolean =>
  (question.place.lastSeenAt?.getTime() ?? 0) > question.listeningSince.getTime() && silentMs(question) < UNREACHABLE_AFTER_MS;
