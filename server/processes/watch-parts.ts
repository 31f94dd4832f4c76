import { createAlerts, type AlertSources, type Alerts } from "../alerts/index.ts";
import type { OpenPlan } from "../alerts/domain/find-alerts.ts";
import { createAlertStore } from "../alerts/store/alert-store.ts";
import type { Services } from "../api/context.ts";
import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { isPlaceLost } from "../component-registry/domain/status.ts";
import { readRegistry } from "../component-registry/store/records.ts";
import { createLinkDialer } from "../connectivity-management/index.ts";
import { readUserFlows } from "../kpi-intake/index.ts";
import { ENDED_STATES, isLost } from "../orchestration/domain/migration.ts";
import type { Receipt } from "../orchestration/domain/view.ts";
import type { MigrationStore } from "../orchestration/ports.ts";
import { createRouteStore } from "../orchestration/store/inventory-store.ts";
import { createMigrationStore } from "../orchestration/store/migration-store.ts";
import { systemClock } from "../platform/clock.ts";
import type { Database } from "../platform/db/client.ts";
import type { Logger } from "../platform/logger.ts";
import type { Wiring } from "../platform/wiring.ts";
import { createEmbeddedGatewayObserver } from "../routing-layer/drivers/embedded/control-client.ts";
import { createRoutingView, type RoutingView } from "../routing-layer/index.ts";
import { COUNTRY_CENTRES } from "../user-proximity/drivers/mmdb/country-centres.ts";

type Known = Pick<Services, "registry" | "freeze" | "looks" | "observation">;

const FLOWS_MS = 5 * 60_000;

export function composeRouting(database: Database, gateway: Wiring["gateway"], { registry, freeze }: Known): RoutingView {
  return createRoutingView({
    lastSnapshot: () => createRouteStore(database).last(),
    // It asks the gateway as the console does, from this machine: no link is crossed.
    observer: createEmbeddedGatewayObserver({ ...gateway, dialer: createLinkDialer(null) }),
    flows: (now) => readUserFlows(database.pool, now, FLOWS_MS),
    countryCentre: (country) => {
      const centre = COUNTRY_CENTRES[country];
      return centre ? { latitude: centre[0], longitude: centre[1] } : null;
    },
    sealed: async () =>
      new Set((await registry.read()).instances.filter(({ state }) => state === "sealed").map(({ name }) => name)),
    frozen: async () => {
      const { frozen, reason } = await freeze.read();
      return frozen ? (reason ?? "no reason was given") : null;
    },
    clock: systemClock,
  });
}

const PLANS_MAX = 200;
const MOVES_MAX = 100;

export function composeAlerts(database: Database, known: Known): Alerts {
  const moves = createMigrationStore(database, readRegistry);
  return createAlerts({ sources: sourcesOf(moves, known), store: createAlertStore(database), clock: systemClock });
}

function sourcesOf(moves: MigrationStore, { registry, looks, observation }: Known): AlertSources {
  return {
    read: async () => {
      const [snapshot, look, plans, ended, agents] = await Promise.all([
        registry.read(),
        looks.latest(),
        moves.plans.list({ states: ["proposed"], limit: PLANS_MAX }),
        moves.list({ states: ENDED_STATES, limit: MOVES_MAX }),
        observation.agents(),
      ]);
      return {
        registry: snapshot,
        breaches: look.breaches,
        buckets: look.buckets,
        plans: plans.map(({ id, expiresAt, content }): OpenPlan => ({
          id,
          expiresAt,
          summary: content.summary,
          moves: content.moves,
        })),
        stops: await stopsOf(
          moves,
          look.views.map(({ policy }) => policy.name),
        ),
        moves: ended.flatMap(({ endedAt, ...move }) => (endedAt === null ? [] : [toEndedMove(move, endedAt, snapshot)])),
        agents: agents.map(({ createdAt, lastSeenAt, ...agent }) => ({
          ...agent,
          createdAt: new Date(createdAt),
          lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt),
        })),
      };
    },
  };
}

async function stopsOf({ autoRun }: MigrationStore, policies: readonly string[]) {
  const records = await Promise.all(policies.map((name) => autoRun.read(name)));
  return records.flatMap(({ policy, stoppedAt, why }) =>
    stoppedAt === null ? [] : [{ policy, since: stoppedAt, why: why ?? "no cause was recorded" }],
  );
}

type Move = Omit<Awaited<ReturnType<MigrationStore["list"]>>[number], "endedAt">;

const toEndedMove = (
  { id, componentKey, from, to, state, requested, context, error, receipt, rollbackOf, rolledBackBy }: Move,
  endedAt: Date,
  registry: RegistrySnapshot,
) => ({
  id,
  component: componentKey,
  to,
  endedAt,
  failed: state === "failed" ? (error ?? "no cause was recorded") : null,
  // Whoever asked for the end knows of it, a lost place that is back is good news, and a way back is told with what it was for.
  gaveUp:
    state === "aborted" && requested?.kind !== "abort" && rollbackOf === null && (!isLost(context) || isPlaceLost(registry, from))
      ? error
      : null,
  // What was brought back already needs nobody any more.
  missed: (receipt as Receipt | null)?.verdict === "missed" && rolledBackBy === null,
});

const NOTE_EVERY_MS = 15_000;

/** What is wrong is noted while nobody looks, too. */
export function keepNoting(alerts: Alerts, logger: Logger): void {
  const note = (): void =>
    void alerts
      .note()
      .catch((error: unknown) => logger.warn({ err: error }, "what is wrong now could not be noted and is tried again"));
  setInterval(note, NOTE_EVERY_MS).unref();
}
