import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RegistryService } from "../component-registry/index.ts";
import { ENDED_STATES, hasEnded } from "../orchestration/domain/migration.ts";
import { PLAN_STATES } from "../migration-planning/domain/plan/plan-states.ts";
import { viewOf, type Look, type Looks } from "../migration-planning/index.ts";
import type { FreezeService, MigrationService, PlanService } from "../orchestration/index.ts";

export interface MetricsSource {
  readonly registry: RegistryService;
  readonly migrations: MigrationService;
  readonly freeze: FreezeService;
  readonly plans: PlanService;
  readonly looks: Looks;
  /** The term in office of the orchestrator of this process, or null. */
  readonly leads: number | null;
}

const PAUSE_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10];

function makeMetrics(registers: Registry[]) {
  const gauge = (name: string, help: string, labelNames: string[] = []) => new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[]) => new Counter({ name, help, labelNames, registers });
  return {
    scores: gauge("geostitch_component_score", "Score terms of present placements", ["component", "data_center", "term"]),
    plans: counter("geostitch_plans_total", "Plans by state", ["state"]),
    instances: gauge("geostitch_instances", "Instances by component, data centre and state", [
      "component",
      "data_center",
      "state",
    ]),
    results: counter("geostitch_migrations_total", "Ended migrations by result", ["result"]),
    running: gauge("geostitch_migrations_running", "Migrations that have not ended"),
    pauses: new Histogram({
      name: "geostitch_migration_pause_seconds",
      help: "Pauses that clients could see",
      buckets: PAUSE_BUCKETS,
      registers,
    }),
    leader: gauge("geostitch_orchestrator_leader", "1 while the orchestrator of this process leads"),
    renewal: gauge("geostitch_lease_renewal_seconds", "How long the last renewal of the lease took"),
    frozen: gauge("geostitch_frozen", "1 while new moves are stopped"),
  };
}

/** `/metrics` of the console, names as the contract gives them. Counts come from the registry, so they survive restarts. */
export function createConsoleMetrics() {
  const register = new Registry();
  const { instances, results, running, pauses, leader, renewal, frozen, scores, plans } = makeMetrics([register]);
  return {
    leaseRenewed: (seconds: number): void => {
      renewal.set(seconds);
    },
    render: async (source: MetricsSource) => {
      const registry = await source.registry.read();
      const migrations = await source.migrations.list({ limit: 10_000 });
      for (const metric of [instances, results, pauses]) metric.reset();
      for (const row of registry.instances)
        instances.inc({ component: row.componentKey, data_center: row.dataCenter, state: row.state });
      // A series that is there from the start can be compared with itself: its first step is one up, not one out of nothing.
      for (const result of ENDED_STATES) results.inc({ result }, 0);
      for (const migration of migrations.filter((entry) => hasEnded(entry.state))) {
        results.inc({ result: migration.state });
        if (migration.pauseMs !== null) pauses.observe(migration.pauseMs / 1000);
      }
      plans.reset();
      for (const state of PLAN_STATES) plans.inc({ state }, 0);
      for (const plan of await source.plans.list({ limit: 10_000 })) plans.inc({ state: plan.state });
      setScores(scores, await source.looks.latest().catch(() => null));
      running.set(migrations.filter((entry) => !hasEnded(entry.state)).length);
      leader.set(source.leads === null ? 0 : 1);
      frozen.set((await source.freeze.read()).frozen ? 1 : 0);
      return { text: await register.metrics(), contentType: register.contentType };
    },
  };
}

/** A term that is not known has no series: a 0 would be a score. */
function setScores(gauge: Gauge, look: Look | null): void {
  gauge.reset();
  if (!look) return;
  for (const component of look.evaluator.model.present.keys()) {
    const { evaluator } = viewOf(look, component);
    const judged = evaluator.judge(component, evaluator.model.present);
    if (!judged) continue;
    const labels = { component, data_center: judged.place };
    for (const [term, value] of Object.entries({ ...judged.terms, combined: judged.combined }))
      if (value !== null) gauge.set({ ...labels, term }, value);
  }
}
