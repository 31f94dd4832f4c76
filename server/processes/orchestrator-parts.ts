import { hostname } from "node:os";
import { appendFileSync, existsSync } from "node:fs";
import { createRegistryStore } from "../component-registry/store/registry-store.ts";
import { readRegistry } from "../component-registry/store/records.ts";
import { createLinkDialer, createRoundTrips, type LinkDialer } from "../connectivity-management/index.ts";
import { createMeasuredLinks } from "../connectivity-management/store/measured-links.ts";
import { createProcessDriver } from "../deployment/drivers/process/client.ts";
import { plainKeys, readServiceView } from "../kpi-intake/index.ts";
import { startOrchestrator, type Orchestrator } from "../orchestration/engine/orchestrator.ts";
import type { FaultHook } from "../orchestration/engine/fault-points.ts";
import { createFreezeService } from "../orchestration/index.ts";
import { createAgentStore, createInventoryStore, createRouteStore } from "../orchestration/store/inventory-store.ts";
import { createJournal } from "../orchestration/store/journal-store.ts";
import { createLeaseStore } from "../orchestration/store/lease-store.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { createEmbeddedGatewayControl } from "../routing-layer/drivers/embedded/control-client.ts";
import { systemClock } from "../platform/clock.ts";
import type { Database } from "../platform/db/client.ts";
import type { ProcessEnv } from "../platform/env.ts";
import { newId } from "../platform/ids.ts";
import type { Logger } from "../platform/logger.ts";
import type { Wiring } from "../platform/wiring.ts";

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
}): OrchestratorProcess {
  const { database, env, wiring, logger } = options;
  const dialer: LinkDialer = createLinkDialer(wiring.relay);
  const place = wiring.orchestratorPlace;
  const migrations = createMigrationStore(database, readRegistry);
  const freezes = createFreezeService({ store: migrations, clock: systemClock, wake: () => undefined });
  const registry = createRegistryStore(database);
  const roundTrips = createRoundTrips(() => registry.read(), createMeasuredLinks(database.pool));
  const orchestrator = startOrchestrator({
    holder: `${hostname()}:${process.pid}:${newId("o").slice(-6)}`,
    leaseTtlMs: env.GEOSTITCH_LEASE_TTL_MS,
    lease: createLeaseStore(database.pool),
    journal: createJournal(database, readRegistry, newId),
    inventory: createInventoryStore(database, readRegistry),
    agents: createAgentStore(database, plainKeys),
    routes: createRouteStore(database),
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
    serviceView: (component, since, until) => readServiceView(database.pool, { component, since, until }),
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

/** How long a process stands still at a point where another is to be killed. */
const STANDS_STILL_MS = 5_000;

/**
 * `<point>@<file>`: ends this process, as `kill -9` does, the first time the point is reached; the file tells that it fired.
 * `<point>@<file>@still`: stands still there, until `<file>.done` tells that another process was killed.
 */
function faultHook(setting: string | undefined): FaultHook {
  if (setting === undefined) return () => undefined;
  const [wanted, file = "", mode] = setting.split("@");
  return (point) => {
    if (point !== wanted || existsSync(file)) return;
    appendFileSync(file, `${point} ${process.pid} ${Date.now()}\n`);
    if (mode !== "still") process.kill(process.pid, "SIGKILL");
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let ms = 0; ms < STANDS_STILL_MS && !existsSync(`${file}.done`); ms += 2) Atomics.wait(clock, 0, 0, 2);
  };
}
