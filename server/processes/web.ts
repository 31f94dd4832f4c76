import { join } from "node:path";
import { anchorHead, createAuditReader, type AuditAnchors } from "../audit/index.ts";
import { createFileAnchors } from "../audit/drivers/file-anchors.ts";
import type { Services } from "../api/context.ts";
import { createRegistryService } from "../component-registry/index.ts";
import { readRegistry } from "../component-registry/store/records.ts";
import { createRegistryStore } from "../component-registry/store/registry-store.ts";
import { createApiKeys, createAuth } from "../identity/index.ts";
import { greedyLocalSearch } from "../migration-planning/domain/planner/greedy-local-search.ts";
import { createPreviews } from "../migration-planning/index.ts";
import {
  createAutoRunService,
  createDrainService,
  createFreezeService,
  createHistoryService,
  createMigrationService,
  createPlanService,
  createRecoverService,
  createShadowService,
} from "../orchestration/index.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { systemClock } from "../platform/clock.ts";
import { databaseAnswers, openDatabase, type Database } from "../platform/db/client.ts";
import { createEventStream } from "../platform/db/event-stream.ts";
import { createIdempotency } from "../platform/db/idempotency.ts";
import { readProcessEnv, type ProcessEnv } from "../platform/env.ts";
import { newId } from "../platform/ids.ts";
import { createLogger, type Logger } from "../platform/logger.ts";
import { readWiring, type Wiring } from "../platform/wiring.ts";
import { createConsoleMetrics } from "./console-metrics.ts";
import { composeConnectivity, composeObservation, composeWorld } from "./web-parts.ts";
import { composeAlerts, composeRouting, keepNoting } from "./watch-parts.ts";
import { composeOwnPlanning, worldSpeedOf, type PlanningParts } from "./planning-parts.ts";
import { createWorldClock, type WorldClock } from "./world-clock.ts";
import { composeOrchestrator, type OrchestratorProcess } from "./orchestrator-parts.ts";

export interface Web {
  readonly services: Services;
  /** Why this process cannot do its work now, or null. */
  problem(): Promise<string | null>;
  metrics(): Promise<{ text: string; contentType: string }>;
}

const holder = globalThis as typeof globalThis & { geostitchWeb?: Promise<Web> };

/** Routes and the instrumentation hook are bundled apart, so the one instance lives on the global object. */
export function startWeb(): Promise<Web> {
  holder.geostitchWeb ??= Promise.resolve().then(compose);
  return holder.geostitchWeb;
}

function compose(): Web {
  const env = readProcessEnv(process.env);
  const wiring = readWiring(env.GEOSTITCH_WIRING);
  const logger = createLogger("console");
  const database = openDatabase(env.GEOSTITCH_PROCESS_DATABASE_URL, { name: "geostitch-console", connectionsMax: 12 });
  const metrics = createConsoleMetrics();
  const clock = createWorldClock(wiring);
  const planning = composeOwnPlanning(database, worldSpeedOf(env, wiring), clock);
  const embedded =
    env.GEOSTITCH_ORCHESTRATOR === "embedded"
      ? composeOrchestrator({ database, env, wiring, logger, onLeaseRenewed: metrics.leaseRenewed, planning })
      : null;
  const anchors = createFileAnchors(join(env.GEOSTITCH_DATA_DIR, "audit-heads.jsonl"), env.GEOSTITCH_AUTH_SECRET);
  keepAnchored(database, anchors, logger);
  const services = composeServices({ database, env, wiring, logger, embedded, planning, anchors, worldClock: clock });
  keepNoting(services.alerts, logger);
  stopWithProcess(embedded);
  return {
    services,
    problem: async () => ((await databaseAnswers(database.pool)) ? null : "the database does not answer"),
    metrics: () =>
      metrics.render({
        registry: services.registry,
        migrations: services.migrations,
        freeze: services.freeze,
        plans: services.plans,
        looks: services.looks,
        leads: embedded?.orchestrator.term() ?? null,
      }),
  };
}

interface Parts {
  readonly database: Database;
  readonly env: ProcessEnv;
  readonly wiring: Wiring;
  readonly logger: Logger;
  readonly embedded: OrchestratorProcess | null;
  readonly planning: PlanningParts;
  readonly anchors: AuditAnchors;
  readonly worldClock: WorldClock;
}

const ANCHOR_EVERY_MS = 60_000;

/** The end of the audit's chain goes into the data folder now and each minute. */
function keepAnchored(database: Database, anchors: AuditAnchors, logger: Logger): void {
  const anchor = (): void =>
    void anchorHead(database, anchors).then(
      (holds) => holds || logger.error("the audit no longer holds an end that was recorded: see `geostitch audit verify`"),
      (error: unknown) => logger.warn({ err: error }, "the end of the audit could not be recorded and is tried again"),
    );
  anchor();
  setInterval(anchor, ANCHOR_EVERY_MS).unref();
}

function composeServices({ database, env, wiring, logger, embedded, planning, anchors, worldClock }: Parts): Services {
  const clock = systemClock;
  const migrationStore = createMigrationStore(database, readRegistry);
  const wake = (): void => embedded?.orchestrator.wake();
  const registry = createRegistryService({ store: createRegistryStore(database), clock });
  const freeze = createFreezeService({ store: migrationStore, clock, wake });
  const observation = composeObservation(database, env.GEOSTITCH_AUTH_SECRET);
  const { looks } = planning;
  const known = { registry, freeze, observation, looks };
  const plans = createPlanService({ store: migrationStore, looks, planner: greedyLocalSearch, clock, newId, wake });
  return {
    ...known,
    migrations: createMigrationService({ store: migrationStore, clock, newId, wake, foresee: planning.foresee }),
    plans,
    drains: createDrainService({ store: migrationStore, looks, plans, clock, newId }),
    recoveries: createRecoverService({ store: migrationStore, clock, newId, wake }),
    history: createHistoryService({ store: migrationStore, read: () => registry.read(), clock }),
    analysis: planning.analysis,
    previews: createPreviews({ looks, planner: greedyLocalSearch, clock }),
    autoRun: createAutoRunService({ store: migrationStore, looks, clock }),
    shadow: createShadowService({ store: migrationStore, readRegistry: () => registry.read() }),
    audit: createAuditReader(database, anchors),
    routing: composeRouting(database, wiring.gateway, known),
    alerts: composeAlerts(database, known),
    connectivity: composeConnectivity(database, registry),
    events: createEventStream(database.pool, env.GEOSTITCH_PROCESS_DATABASE_URL, logger),
    idempotency: createIdempotency(database.pool, env.GEOSTITCH_AUTH_SECRET),
    auth: createAuth(database, { secret: env.GEOSTITCH_AUTH_SECRET }),
    keys: createApiKeys(database),
    world: composeWorld({ env, wiring, clock: worldClock }),
    clock,
    logger,
  };
}

/** Next.js ends this process on SIGTERM by itself; the lease is given back first, so that a successor need not wait for it. */
function stopWithProcess(embedded: OrchestratorProcess | null): void {
  if (!embedded) return;
  const stop = (): void => void embedded.stop().catch(() => undefined);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}
