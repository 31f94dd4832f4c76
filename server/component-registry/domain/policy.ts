import type { PolicyRecord } from "./registry.ts";

const DEFAULT_RAILS = {
  maxConcurrent: 2,
  cooldownMinutes: 120,
  minGainPercent: 5,
  paybackHours: 12,
  maxPerHour: 10,
  pauseBudgetMs: 3000,
  holdDeadlineMs: 10_000,
  watchMs: 60_000,
  regressionPercent: 20,
  windows: [],
};

/** The policy called `default`, or what it says where nobody has written one. */
export function policyFor(policies: readonly PolicyRecord[]): PolicyRecord {
  return (
    policies.find((policy) => policy.name === "default") ?? {
      name: "default",
      generation: 0,
      spec: { weights: { performance: 50, proximity: 50 }, migrationThreshold: 60, mode: "approve", guardRails: DEFAULT_RAILS },
    }
  );
}
