import type { Refusal } from "../constraints/index.ts";
import type { Staying } from "../planner/empty-place.ts";
import type { Terms, Weights } from "../terms/index.ts";
import type { RailFacts } from "./rail-facts.ts";

/** What a plan proposes, with every reason: made once, never changed, bound by its hash. */
export interface PlanContent {
  readonly policy: string;
  readonly policyGeneration: number;
  readonly weights: Weights;
  readonly summary: string;
  readonly moves: readonly PlannedMove[];
  readonly totals: PlanTotals;
  readonly gap: { readonly percent: number | null; readonly objective: number; readonly bound: number | null };
  /** As they stood when it was proposed. */
  readonly guardRails: readonly RailCheck[];
  /** What they were judged by, so that other rails can be held against it later; absent in plans of before and without moves. */
  readonly railFacts?: RailFacts;
  /** The place that it empties, and what stays there; absent: it is about something else. */
  readonly drain?: { readonly dataCenter: string; readonly stays: readonly Staying[] };
}

export interface PlanTotals {
  readonly gainPercent: number;
  readonly paybackHours: number | null;
  readonly usdPerHour: number;
  readonly costUsd: number;
  readonly score: { readonly before: number; readonly after: number };
}

export interface RailCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
}

export interface PlannedMove {
  readonly component: string;
  readonly from: string;
  readonly to: string;
  /** The policy that the component was under; absent in plans of before. */
  readonly policy?: string;
  /** Who owned the component's state when the plan was made: a later epoch is another situation. */
  readonly epoch: number;
  readonly before: Figures;
  readonly after: Figures & { readonly latencyMsP95Interval: readonly [number, number] | null };
  readonly gain: { readonly usdPerHour: number; readonly sharePercent: number };
  readonly costUsd: number;
  readonly stateBytes: number;
  readonly predictedPauseMs: { readonly p50: number; readonly p90: number };
  readonly risks: readonly Risk[];
  readonly refused: readonly (Refusal & { readonly dataCenter: string })[];
  readonly regions: readonly RegionChange[];
  readonly why: readonly { readonly term: string; readonly points: number }[];
  readonly alternatives: readonly Alternative[];
  readonly latencyTargetMsP95: number | null;
}

export interface Figures {
  readonly terms: Terms;
  readonly combined: number | null;
  readonly latencyMsP95: number | null;
}

export interface Risk {
  readonly code: string;
  readonly severity: "info" | "warning" | "critical";
  readonly message: string;
}

export interface RegionChange {
  readonly region: string;
  readonly requestsPerSecond: number;
  readonly latencyMsP95: { readonly before: number; readonly after: number; readonly interval: readonly [number, number] };
  readonly target: "enters" | "leaves" | null;
}

export interface Alternative {
  /** Null: do nothing. */
  readonly dataCenter: string | null;
  readonly combined: number | null;
  readonly latencyMsP95: number | null;
  readonly usdPerHour: number | null;
  readonly chosen: boolean;
  readonly whyNot: string | null;
}
