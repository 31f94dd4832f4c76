import type { WorldInfo } from "../api/context.ts";
import type { Observation } from "../api/observation.ts";
import type { RegistryService } from "../component-registry/index.ts";
import { createConnectivity, type Connectivity } from "../connectivity-management/index.ts";
import { createMeasuredLinks } from "../connectivity-management/store/measured-links.ts";
import { createAgents, readDensity, readKpis, readLastMinute, readUserLatency } from "../kpi-intake/index.ts";
import type { Database } from "../platform/db/client.ts";
import type { ProcessEnv } from "../platform/env.ts";
import type { Wiring } from "../platform/wiring.ts";
import type { WorldClock } from "./world-clock.ts";

/** `secret`: the installation's own, which seals agents' keys. */
export function composeObservation(database: Database, secret: string): Observation {
  const agents = createAgents(database, secret);
  return {
    kpis: (query) => readKpis(database.pool, query),
    lastMinute: async (now, targets) => {
      const { components, links, ...rest } = await readLastMinute(database.pool, now, targets);
      return { ...rest, components: [...components], links: [...links] };
    },
    userLatency: (query) => readUserLatency(database.pool, query),
    density: (query) => readDensity(database.pool, query),
    agents: () => agents.list(),
    createAgent: (order) => agents.create(order),
    rotateAgent: (order) => agents.rotate(order),
    deleteAgent: (order) => agents.remove(order),
  };
}

export function composeConnectivity(database: Database, registry: RegistryService): Connectivity {
  return createConnectivity({
    readRegistry: () => registry.read(),
    measured: createMeasuredLinks(database.pool),
    requestsPerSecond: async (now) => {
      const { links } = await readLastMinute(database.pool, now, new Map());
      return new Map(links.map(({ from, to, requestsPerSecond }) => [`${from}>${to}`, requestsPerSecond]));
    },
  });
}

export function composeWorld({ env, wiring, clock }: { env: ProcessEnv; wiring: Wiring; clock: WorldClock }): WorldInfo {
  return {
    name: env.GEOSTITCH_WORLD_NAME,
    lab: wiring.lab !== null,
    labSpeed: wiring.lab === null ? null : env.GEOSTITCH_LAB_SPEED,
    place: wiring.orchestratorPlace,
    gatewayUrl: wiring.gateway.url,
    geoipAttribution: env.GEOSTITCH_SHOWS_DB_IP === "on" ? { text: "IP geolocation by DB-IP", url: "https://db-ip.com" } : null,
    labClock: async () => (wiring.lab ? ((await clock())?.toISOString() ?? null) : null),
  };
}
