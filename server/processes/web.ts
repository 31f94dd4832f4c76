import { join } from "node:path";
import { anchorHead, type AuditAnchors } from "../audit/index.ts";
import { createFileAnchors } from "../audit/drivers/file-anchors.ts";
import type { Services } from "../api/context.ts";
import { databaseAnswers, openDatabase, type Database } from "../platform/db/client.ts";
import { readProcessEnv } from "../platform/env.ts";
import { createLogger, type Logger } from "../platform/logger.ts";
import { readWiring } from "../platform/wiring.ts";
import { composeServices } from "./compose-services.ts";
import { createConsoleMetrics } from "./console-metrics.ts";
import { composeWorld } from "./web-parts.ts";
import { keepNoting } from "./watch-parts.ts";
import { composeWiredPlanning } from "./planning-parts.ts";
import { createWorldClock } from "./world-clock.ts";
import { composeOrchestrator } from "./orchestrator-parts.ts";

export interface Web {
  readonly services: Services;
  /** Why this process cannot do its work now, or null. */
  problem(): Promise<string | null>;
  metrics(): Promise<{ text: string; contentType: string }>;
  /** Gives the lease back, so that a successor need not wait for it. */
  stop(): Promise<void>;
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
  const planning = composeWiredPlanning(database, env, wiring, clock);
  const embedded =
    env.GEOSTITCH_ORCHESTRATOR === "embedded"
      ? composeOrchestrator({ database, env, wiring, logger, onLeaseRenewed: metrics.leaseRenewed, planning })
      : null;
  const anchors = createFileAnchors(join(env.GEOSTITCH_DATA_DIR, "audit-heads.jsonl"), env.GEOSTITCH_AUTH_SECRET);
  keepAnchored(database, anchors, logger);
  const services = composeServices({
    database,
    databaseUrl: env.GEOSTITCH_PROCESS_DATABASE_URL,
    secret: env.GEOSTITCH_AUTH_SECRET,
    gateway: wiring.gateway,
    planning,
    anchors,
    world: composeWorld({ env, wiring, clock }),
    logger,
    wake: () => embedded?.orchestrator.wake(),
  });
  keepNoting(services.alerts, logger);
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
    stop: async () => embedded?.stop(),
  };
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
