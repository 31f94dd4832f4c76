import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type RegistryService } from "../component-registry/index.ts";
import { hasEnded } from "../orchestration/domain/migration.ts";
import { type FreezeService, type MigrationService } from "../orchestration/index.ts";

export interface MetricsSource {
  readonly registry: RegistryService;
  readonly migrations: MigrationService;
  readonly freeze: FreezeService;
  /** The term in office of the orchestrator of this process, or null. */
  readonly leads: number | null;
}

const PAUSE_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10];

/** `/metrics` of the console, names as the contract gives them. Counts come from the registry, so they survive restarts. */
export function createConsoleMetrics() {
  const registers = [new Registry()];
  const [register = new Registry()] = registers;
  const instances = new Gauge({
    name: "geostitch_instances",
    help: "Instances by component, data centre and state",
    labelNames: ["component", "data_center", "state"],
    registers,
  });
  new Gauge({
    name: "geostitch_component_score",
    help: "Score terms of present placements",
    labelNames: ["component", "data_center", "term"],
    registers,
  });
  new Counter({ name: "geostitch_plans_total", help: "Plans by state", labelNames: ["state"], registers });
  const results = new Counter({
    name: "geostitch_migrations_total",
    help: "Ended migrations by result",
    labelNames: ["result"],
    registers,
  });
  const running = new Gauge({ name: "geostitch_migrations_running", help: "Migrations that have not ended", registers });
  const pauses = new Histogram({
    name: "geostitch_migration_pause_seconds",
    help: "Pauses that clients could see",
    buckets: PAUSE_BUCKETS,
    registers,
  });
  const leader = new Gauge({
    name: "geostitch_orchestrator_leader",
    help: "1 while the orchestrator of this process leads",
    registers,
  });
  const renewal = new Gauge({
    name: "geostitch_lease_renewal_seconds",
    help: "How long the last renewal of the lease took",
    registers,
  });
  const frozen = new Gauge({ name: "geostitch_frozen", help: "1 while new moves are stopped", registers });
  return {
    leaseRenewed: (seconds: number): void => renewal.set(seconds),
    render: async (source: MetricsSource) => {
      const registry = await source.registry.read();
      const migrations = await source.migrations.list({ limit: 10_000 });
      for (const metric of [instances, results, pauses]) metric.reset();
      for (const row of registry.instances)
        instances.inc({ component: row.componentKey, data_center: row.dataCenter, state: row.state });
      for (const migration of migrations.filter((entry) => hasEnded(entry.state))) {
        results.inc({ result: migration.state });
        if (migration.pauseMs !== null) pauses.observe(migration.pauseMs / 1000);
      }
      running.set(migrations.filter((entry) => !hasEnded(entry.state)).length);
      leader.set(source.leads === null ? 0 : 1);
      frozen.set((await source.freeze.read()).frozen ? 1 : 0);
      return { text: await register.metrics(), contentType: register.contentType };
    },
  };
}
