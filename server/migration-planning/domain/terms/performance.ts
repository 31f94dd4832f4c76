import type { Term } from "./term.ts";

/** On its target a component is good, not perfect: full marks begin where it is a quarter faster. */
const ON_TARGET = 75;

/**
 * 75 · target / p95, at most 100: on target 75, twice as slow half of that. Hyperbolic as the speed index of queueing texts
 * (response time as a multiple of the asked one), so that no slowness is ever worth nothing.
 */
export function latencyScore(latencyMsP95: number, targetMsP95: number): number {
  if (latencyMsP95 <= 0) return 100;
  return Math.min(100, (ON_TARGET * targetMsP95) / latencyMsP95);
}

/** Share of what is offered that the component is declared to serve, 0..100. */
export function throughputScore(offeredRps: number, declaredRps: number): number {
  return offeredRps <= declaredRps ? 100 : (100 * declaredRps) / offeredRps;
}

/** Budget ÷ error rate, at most 100: at twice its budget half. (Google SRE workbook, error budgets: burn rate = rate ÷ budget.) */
export function errorScore(errorRate: number, budget: number): number {
  return errorRate <= budget ? 100 : (100 * budget) / errorRate;
}

const BUDGET_DEFAULT = 0.01;

/**
 * The seed's performance score from latency, throughput and error rate. The three are multiplied: a component that fails half
 * of its requests quickly does not perform. Without a target latency does not count; without evidence there is no score.
 */
export const performance: Term = {
  name: "performance",
  score: ({ component, service }) => {
    if (service === null) return null;
    const { latencyMsP95: target, throughputRps, errorRate: budget } = component.spec.performance;
    const latency = target === null || service.latencyMsP95 === null ? 100 : latencyScore(service.latencyMsP95, target);
    const throughput =
      throughputRps === null ? 100 : throughputScore(service.requestsPerSecond, throughputRps * Math.max(1, service.instances));
    const errors = errorScore(service.errorRate, Math.max(budget ?? BUDGET_DEFAULT, 1e-6));
    return (latency * throughput * errors) / 10_000;
  },
};
