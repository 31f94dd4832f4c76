import type { WorldInfo } from "../api/context.ts";
import type { Observation } from "../api/observation.ts";
import type { RegistryService } from "../component-registry/index.ts";
import { createConnectivity, type Connectivity } from "../connectivity-management/index.ts";
import { createMeasuredLinks } from "../connectivity-management/store/measured-links.ts";
import { createAgents, readDensity, readKpis, readLastMinute, readUserLatency } from "../kpi-intake/index.ts";
import type { Database } from "../platform/db/client.ts";
import type { ProcessEnv } from "../platform/env.ts";
import type { Wiring } from "../platform/wiring.ts";

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

const CLOCK_TIMEOUT_MS = 500;
const CLOCK_KEPT_MS = 5_000;

export function composeWorld({ env, wiring }: { env: ProcessEnv; wiring: Wiring; registry: RegistryService }): WorldInfo {
  let last: { readMs: number; clock: Date; speed: number } | null = null;
  return {
    name: env.GEOSTITCH_WORLD_NAME,
    lab: wiring.lab !== null,
    labSpeed: wiring.lab === null ? null : env.GEOSTITCH_LAB_SPEED,
    place: wiring.orchestratorPlace,
    gatewayUrl: wiring.gateway.url,
    geoipAttribution: env.GEOSTITCH_SHOWS_DB_IP === "on" ? { text: "IP geolocation by DB-IP", url: "https://db-ip.com" } : null,
    labClock: async () => {
      if (!wiring.lab) return null;
      if (!last || performance.now() - last.readMs > CLOCK_KEPT_MS) last = await readLabClock(wiring.lab).catch(() => null);
      return last ? new Date(last.clock.getTime() + (performance.now() - last.readMs) * last.speed).toISOString() : null;
    },
  };
}

async function readLabClock(lab: { controlUrl: string; token: string }) {
  const answer = await fetch(`${lab.controlUrl}/v1/status`, {
    headers: { authorization: `Bearer ${lab.token}` },
    signal: AbortSignal.timeout(CLOCK_TIMEOUT_MS),
  });
  const status = (await answer.json()) as { clock: string; speed: number };
  return { readMs: performance.now(), clock: new Date(status.clock), speed: status.speed };
}
