import type { KpiSample } from "./domain/kpi-batch.ts";

/** A sample with what the registry knows of its instance. */
export interface PlacedSample extends KpiSample {
  readonly component: string;
  readonly dataCenter: string;
}

/** How many samples became durable now; a duplicate was taken before. */
export interface Stored {
  readonly accepted: number;
  readonly duplicate: boolean;
}
