import { createAuditReader, type AuditAnchors } from "../audit/index.ts";
import type { Services, WorldInfo } from "../api/context.ts";
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
import type { Database } from "../platform/db/client.ts";
import { createEventStream } from "../platform/db/event-stream.ts";
import { createIdempotency } from "../platform/db/idempotency.ts";
import { newId } from "../platform/ids.ts";
import type { Logger } from "../platform/logger.ts";
import type { Wiring } from "../platform/wiring.ts";
import type { PlanningParts } from "./planning-parts.ts";
import { composeAlerts, composeRouting } from "./watch-parts.ts";
import { composeConnectivity, composeObservation } from "./web-parts.ts";

export interface ServiceParts {
  readonly database: Database;
  readonly databaseUrl: string;
  /** The installation's own. */
  readonly secret: string;
  readonly gateway: Wiring["gateway"];
  /** Where nothing is foreseen a move that is asked for promises nothing. */
  readonly planning: Pick<PlanningParts, "looks" | "analysis"> & Partial<Pick<PlanningParts, "foresee">>;
  readonly anchors?: AuditAnchors;
  readonly world: WorldInfo;
  readonly logger: Logger;
  /** There is something new to run. */
  readonly wake: () => void;
}

/** Everything a procedure may use: in the console's process, and in tests of the API without an engine. */
export function composeServices({ database, secret, planning, world, logger, wake, ...parts }: ServiceParts): Services {
  const [clock, planner] = [systemClock, greedyLocalSearch];
  const { looks, analysis, foresee } = planning;
  const store = createMigrationStore(database, readRegistry);
  const registry = createRegistryService({ store: createRegistryStore(database), clock });
  const freeze = createFreezeService({ store, clock, wake });
  const known = { registry, freeze, observation: composeObservation(database, secret), looks };
  const plans = createPlanService({ store, looks, planner, clock, newId, wake });
  return {
    ...known,
    migrations: createMigrationService({ store, clock, newId, wake, ...(foresee ? { foresee } : {}) }),
    plans,
    drains: createDrainService({ store, looks, plans, clock, newId }),
    recoveries: createRecoverService({ store, clock, newId, wake }),
    history: createHistoryService({ store, read: () => registry.read(), clock }),
    analysis,
    previews: createPreviews({ looks, planner, clock }),
    autoRun: createAutoRunService({ store, looks, clock }),
    shadow: createShadowService({ store, readRegistry: () => registry.read() }),
    audit: createAuditReader(database, parts.anchors),
    routing: composeRouting(database, parts.gateway, known),
    alerts: composeAlerts(database, known),
    connectivity: composeConnectivity(database, registry),
    events: createEventStream(database.pool, parts.databaseUrl, logger),
    idempotency: createIdempotency(database.keyPool, secret),
    auth: createAuth(database, { secret }),
    keys: createApiKeys(database),
    world,
    clock,
    logger,
  };
}
