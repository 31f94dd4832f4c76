import type { WEIGHT_TERMS } from "../../../component-registry/domain/manifest.ts";
import type { ComponentRecord, DataCenterRecord } from "../../../component-registry/domain/registry.ts";

export type TermName = (typeof WEIGHT_TERMS)[number];

/** What a term may look at: one component, as it would be in one place while everything else stands where the placement says. */
export interface TermQuestion {
  readonly component: ComponentRecord;
  readonly place: DataCenterRecord;
  /** What callers would get there; null: nothing was measured that could tell. */
  readonly service: {
    readonly latencyMsP95: number | null;
    readonly requestsPerSecond: number;
    /** Share of failures that the evidence cannot explain by chance, 0..1. */
    readonly errorRate: number;
    readonly instances: number;
  } | null;
  /** Its users: round trip between them and the place. */
  readonly users: readonly { readonly rttMs: number; readonly requestsPerSecond: number }[];
  /** Calls to its dependencies and from its callers: round trip between the two places. */
  readonly calls: readonly { readonly rttMs: number; readonly callsPerSecond: number }[];
  /** What it costs there an hour, and what it costs in the cheapest and the dearest place; null where a price is missing. */
  readonly cost: { readonly usdPerHour: number; readonly least: number; readonly most: number } | null;
  /** The scarcest resource's free share of the place, with the component in it, 0..1; negative where it does not fit. */
  readonly freeShare: number;
  readonly isPresent: boolean;
  /** Hours of the world's clock since it last moved; null: never. */
  readonly hoursSinceMove: number | null;
}

/** One point of view, 0..100, higher is better; null: nothing is known that it could be built on. */
export interface Term {
  readonly name: TermName;
  readonly score: (question: TermQuestion) => number | null;
}
