/** A plan's states, as a table. No status is compared as a string anywhere else. */
export const PLAN_STATES = [
  "proposed",
  "approved",
  "rejected",
  "expired",
  "superseded",
  "running",
  "succeeded",
  "rolled_back",
  "failed",
] as const;
export type PlanState = (typeof PLAN_STATES)[number];

const TRANSITIONS: Readonly<Record<PlanState, readonly PlanState[]>> = {
  proposed: ["approved", "rejected", "expired", "superseded"],
  approved: ["running", "succeeded", "rolled_back", "failed"],
  running: ["succeeded", "rolled_back", "failed"],
  rejected: [],
  expired: [],
  superseded: [],
  succeeded: [],
  rolled_back: [],
  failed: [],
};

export const mayBecome = (from: PlanState, to: PlanState): boolean => TRANSITIONS[from].includes(to);
export const statesBefore = (to: PlanState): readonly PlanState[] => PLAN_STATES.filter((from) => mayBecome(from, to));
export const hasEnded = (state: PlanState): boolean => TRANSITIONS[state].length === 0;
export const isDecidable = (state: PlanState): boolean => mayBecome(state, "approved");
export const isUnderWay = (state: PlanState): boolean => !hasEnded(state) && !isDecidable(state);
export const OPEN_STATES = PLAN_STATES.filter((state) => !hasEnded(state));
export const UNDER_WAY_STATES = PLAN_STATES.filter(isUnderWay);

/** Why a plan that is no longer open takes no decision, by the code that its refusal carries. */
export function decidedCode(state: PlanState): "expired" | "stale" | "decided" {
  if (state === "expired") return "expired";
  return state === "superseded" ? "stale" : "decided";
}
