import type { Spec } from "./draft.ts";

/** The guard rails as fields: in which unit they are shown, and between what they lie. */

export type Rails = Spec["guardRails"];
type RailName = { [K in keyof Rails]: Rails[K] extends number ? K : never }[keyof Rails];

export interface RailField {
  readonly name: RailName;
  readonly label: string;
  readonly unit: string;
  /** How many of the rail's own units one of the shown is. */
  readonly per: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The manifest takes a whole number of the rail's own units, and refuses a fraction. */
  readonly isWhole: boolean;
}

export const FIRST_RAILS: readonly RailField[] = [
  { name: "maxConcurrent", label: "At once", unit: "moves", per: 1, min: 1, max: 1_000, step: 1, isWhole: true },
  { name: "maxPerHour", label: "Per hour", unit: "moves", per: 1, min: 0, max: 100_000, step: 1, isWhole: true },
  { name: "cooldownMinutes", label: "Cool-down", unit: "min", per: 1, min: 0, max: 1e6, step: 1, isWhole: false },
  { name: "minGainPercent", label: "Least gain", unit: "%", per: 1, min: 0, max: 1_000, step: 0.5, isWhole: false },
  { name: "paybackHours", label: "Pays back in", unit: "h", per: 1, min: 0, max: 1e6, step: 0.5, isWhole: false },
  { name: "pauseBudgetMs", label: "Pause", unit: "s", per: 1_000, min: 0.001, max: 600, step: 0.1, isWhole: true },
];
export const MORE_RAILS: readonly RailField[] = [
  { name: "stopAfterMissed", label: "Stop after missed", unit: "receipts", per: 1, min: 0, max: 100, step: 1, isWhole: true },
  { name: "maxPerDataCenter", label: "Per data centre", unit: "moves/h", per: 1, min: 1, max: 100_000, step: 1, isWhole: true },
  { name: "regressionPercent", label: "Regression", unit: "%", per: 1, min: 0, max: 1_000, step: 1, isWhole: false },
  { name: "watchMs", label: "Watch", unit: "s", per: 1_000, min: 0, max: 86_400, step: 1, isWhole: true },
  { name: "canaryPercent", label: "Canary", unit: "%", per: 1, min: 0, max: 90, step: 1, isWhole: false },
  { name: "canaryMs", label: "Canary time", unit: "s", per: 1_000, min: 1, max: 3_600, step: 1, isWhole: true },
];

/** What somebody typed, as the rail is kept: inside its bounds, in its own unit, and whole where a fraction would be refused. */
export function railValue({ per, min, max, isWhole }: RailField, typed: number): number {
  const kept = Math.min(max, Math.max(min, typed)) * per;
  return isWhole ? Math.round(kept) : kept;
}
