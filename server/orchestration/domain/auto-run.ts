import type { PolicySpec } from "../../component-registry/domain/manifest.ts";
import { hasEnded as planHasEnded, type PlanState } from "../../migration-planning/domain/plan/plan-states.ts";
import type { Freeze } from "./freeze.ts";
import type { MigrationState } from "./migration.ts";
import type { Verdict } from "./promise.ts";

/** Whether a policy's plans may run by themselves, as it is kept: a stop stays until a person resumes it. */
export interface AutoRunRecord {
  readonly policy: string;
  readonly stoppedAt: Date | null;
  /** Why it stopped; null while it is not stopped. */
  readonly why: string | null;
  readonly resumedAt: Date | null;
  readonly resumedBy: { readonly kind: "user" | "key" | "system"; readonly name: string } | null;
  readonly resumeReason: string | null;
}

export const neverStopped = (policy: string): AutoRunRecord => ({
  policy,
  stoppedAt: null,
  why: null,
  resumedAt: null,
  resumedBy: null,
  resumeReason: null,
});

/** A move that the planner ordered by itself. */
export interface AutomaticMove {
  readonly migration: string;
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly plan: string;
  readonly planState: PlanState;
  readonly state: MigrationState;
  readonly verdict: Verdict | null;
  readonly at: Date;
  /** When its plan ended; null before that, while its receipt may still be completed. */
  readonly settledAt: Date | null;
}

/** Promises that were broken since the last resume: a receipt that was missed, or a move that had to go back. */
export const brokenPromises = (
  moves: readonly AutomaticMove[],
  { resumedAt }: Pick<AutoRunRecord, "resumedAt">,
): readonly AutomaticMove[] =>
  moves.filter(
    ({ planState, settledAt, verdict, state }) =>
      planHasEnded(planState) &&
      settledAt !== null &&
      (resumedAt === null || settledAt > resumedAt) &&
      (verdict === "missed" || state === "rolled_back"),
  );

/** Why nothing may run by itself from now on, or null. */
export function whyStop(broken: readonly AutomaticMove[], { stopAfterMissed: limit }: PolicySpec["guardRails"]): string | null {
  if (limit === 0 || broken.length < limit) return null;
  const words = broken.map(({ migration, component, state }) =>
    state === "rolled_back" ? `${component} went back (${migration})` : `${component} missed its promise (${migration})`,
  );
  return `${words.join("; ")}: it stops after ${limit} until somebody resumes it`;
}

export type AutoRunState = "running" | "stopped" | "off" | "frozen";

/** A stop is told before a freeze: it stays when the freeze has ended. */
export function autoRunState(spec: PolicySpec, record: AutoRunRecord, freeze: Freeze | null): AutoRunState {
  const anyAuto = spec.mode === "auto" || Object.values(spec.componentModes).includes("auto");
  if (record.stoppedAt !== null) return "stopped";
  if (!anyAuto) return "off";
  return freeze === null ? "running" : "frozen";
}
