import { hostname } from "node:os";
import { createRegistryStore } from "../component-registry/store/registry-store.ts";
import { readRegistry } from "../component-registry/store/records.ts";
import { createLinkDialer, createRoundTrips, type LinkDialer, type RoundTrips } from "../connectivity-management/index.ts";
import { createMeasuredLinks } from "../connectivity-management/store/measured-links.ts";
import { createProcessDriver } from "../deployment/drivers/process/client.ts";
import { startOrchestrator, type Orchestrator } from "../orchestration/engine/orchestrator.ts";
import { greedyLocalSearch } from "../migration-planning/domain/planner/greedy-local-search.ts";
import { createFreezeService, createPlanService } from "../orchestration/index.ts";
import type { MigrationStore } from "../orchestration/ports.ts";
import { createAgentStore, createInventoryStore, createRouteStore } from "../orchestration/store/inventory-store.ts";
import { createKeySeal, readEntryTraffic } from "../kpi-intake/index.ts";
import { createJournal } from "../orchestration/store/journal-store.ts";
import { createLeaseStore } from "../orchestration/store/lease-store.ts";
import { createLeasedChanges, createMigrationStore } from "../orchestration/store/migration-store.ts";
import { createOwedOpenings } from "../orchestration/store/owed-openings.ts";
import { createEmbeddedGatewayControl } from "../routing-layer/drivers/embedded/control-client.ts";
import { systemClock } from "../platform/clock.ts";
import type { Database } from "../platform/db/client.ts";
import type { ProcessEnv } from "../platform/env.ts";
import { newId } from "../platform/ids.ts";
import type { Logger } from "../platform/logger.ts";
import type { Wiring } from "../platform/wiring.ts";
import { faultHook } from "./fault-hook.ts";
import { composeWiredPlanning, type PlanningParts } from "./planning-parts.ts";

export interface OrchestratorProcess {
  readonly orchestrator: Orchestrator;
  stop(): Promise<void>;
}

/** The orchestrator with its real drivers, wherever it runs: in the console's process or in one of its own. */
export function composeOrchestrator(options: {
  database: Database;
  env: ProcessEnv;
  wiring: Wiring;
  logger: Logger;
  onLeaseRenewed?: (seconds: number) => void;
  /** Shared with whoever answers questions in the same process; made here otherwise. */
  planning?: PlanningParts;
}): OrchestratorProcess {
  const { database, env, wiring, logger } = options;
  const dialer: LinkDialer = createLinkDialer(wiring.relay);
  const place = wiring.orchestratorPlace;
  const migrations = createMigrationStore(database, readRegistry);
  const freezes = createFreezeService({ store: migrations, clock: systemClock, wake: () => undefined });
  const registry = createRegistryStore(database);
  const roundTrips = createRoundTrips(() => registry.read(), createMeasuredLinks(database.pool));
  const planning = options.planning ?? composeWiredPlanning(database, env, wiring);
  const orchestrator = startOrchestrator({
    holder: `${hostname()}:${process.pid}:${newId("o").slice(-6)}`,
    leaseTtlMs: env.GEOSTITCH_LEASE_TTL_MS,
    ...storesOf(database),
    agents: createAgentStore(database, createKeySeal(env.GEOSTITCH_AUTH_SECRET)),
    freeze: () => migrations.freeze(),
    thaw: () => freezes.expire(),
    driver: createProcessDriver({ url: wiring.host.url, token: wiring.host.token, dialer, place }),
    control: createEmbeddedGatewayControl({ adminUrl: wiring.gateway.adminUrl, token: wiring.gateway.token, dialer, place }),
    clock: systemClock,
    logger,
    newId,
    internalGatewayUrl: wiring.gateway.internalUrl,
    usualPlace: env.GEOSTITCH_FIRST_PLACE ?? null,
    rttMs: (to) => (place === null || place === to ? 0 : roundTrips.between(place, to)),
    ...viewsOf(database, planning, roundTrips),
    planning: planningOf(database, migrations, planning),
    egressUsdPerGiB: async (from, to) => {
      const { links, dataCenters } = await registry.read();
      const link = links.find((entry) => entry.from === from && entry.to === to);
      return link?.spec.egressGiB ?? dataCenters.find((entry) => entry.name === from)?.spec.price?.egressGiB ?? null;
    },
    fault: faultHook(env.GEOSTITCH_FAULT_POINT),
    ...(options.onLeaseRenewed ? { onLeaseRenewed: options.onLeaseRenewed } : {}),
  });
  return {
    orchestrator,
    stop: async () => {
      await orchestrator.stop();
      await dialer.close();
    },
  };
}

/** What users get, as the gateways saw it. */
const viewsOf = (database: Database, { serviceView }: PlanningParts, roundTrips: RoundTrips) => ({
  serviceView,
  entryTraffic: (component: string, from: Date, to: Date) => readEntryTraffic(database.pool, { component, from, to }),
  betweenMs: (from: string, to: string) => roundTrips.between(from, to),
});

const storesOf = (database: Database) => ({
  lease: createLeaseStore(database.pool),
  journal: createJournal(database, readRegistry, newId),
  owed: createOwedOpenings(database),
  inventory: createInventoryStore(database, readRegistry),
  routes: createRouteStore(database),
});

function planningOf(database: Database, store: MigrationStore, { looks }: PlanningParts) {
  const planner = greedyLocalSearch;
  // The loop that plans runs beside the loop that moves, which looks for work by itself.
  const plans = createPlanService({ store, looks, planner, clock: systemClock, newId, wake: () => undefined });
  return { store, changes: createLeasedChanges(database, readRegistry), plans, looks, planner };
}
