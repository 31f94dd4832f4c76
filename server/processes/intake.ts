import type { ServerResponse } from "node:http";
import { Counter, Histogram, Registry } from "prom-client";
import { createAgents, createIntake, createKeySeal } from "../kpi-intake/index.ts";
import { maintainStore } from "../kpi-intake/store/maintenance.ts";
import { rollUp } from "../kpi-intake/store/roll-up.ts";
import { storeLinkSamples } from "../kpi-intake/store/link-samples-store.ts";
import { storeKpiSamples, storeTraffic } from "../kpi-intake/store/samples-store.ts";
import { systemClock } from "../platform/clock.ts";
import { databaseAnswers, openDatabase } from "../platform/db/client.ts";
import { readProcessEnv } from "../platform/env.ts";
import { createLogger } from "../platform/logger.ts";
import { listenAt, onStop } from "../platform/serve.ts";
import { readWiring } from "../platform/wiring.ts";
import { faultHook } from "./fault-hook.ts";

/** The KPI intake: the only door for what is measured outside, apart from everything that decides. */
const ROLL_UP_EVERY_MS = 10_000;
const MAINTAIN_EVERY_MS = 600_000;
const env = readProcessEnv(process.env);
const wiring = readWiring(env.GEOSTITCH_WIRING);
const logger = createLogger("intake");
const database = openDatabase(env.GEOSTITCH_PROCESS_DATABASE_URL, { name: "geostitch-intake", connectionsMax: 8 });
const { pool } = database;
const register = new Registry();
const registers = [register];
const batches = new Counter({
  name: "geostitch_intake_batches_total",
  help: "Batches by result",
  labelNames: ["result"],
  registers,
});
const samples = new Counter({ name: "geostitch_intake_samples_total", help: "Samples made durable", registers });
const commits = new Histogram({
  name: "geostitch_intake_commit_seconds",
  help: "How long a batch took to become durable",
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  registers,
});

async function timed<T>(work: Promise<T>): Promise<T> {
  const end = commits.startTimer();
  return await work.finally(end);
}

const server = createIntake({
  pool,
  gatewaySecret: wiring.intake.gatewaySecret,
  openKey: createKeySeal(env.GEOSTITCH_AUTH_SECRET).open,
  fault: faultHook(env.GEOSTITCH_FAULT_POINT),
  logger,
  storeKpis: (delivery, placed) => timed(storeKpiSamples(pool, delivery, placed)),
  storeTraffic: (delivery, at, traffic) => timed(storeTraffic(pool, delivery, at, traffic)),
  storeLinks: (delivery, links) => timed(storeLinkSamples(pool, delivery, links)),
  onBatch: (result, count) => {
    batches.inc({ result });
    samples.inc(count);
  },
  own,
});

function own(path: string, outgoing: ServerResponse): boolean {
  const text = (status: number, body: string, type = "text/plain"): void => {
    outgoing.writeHead(status, { "content-type": type });
    outgoing.end(body);
  };
  if (path === "/healthz") text(200, "ok\n");
  else if (path === "/readyz")
    void databaseAnswers(pool).then((answers) => (answers ? text(200, "ok\n") : text(503, "the database does not answer\n")));
  else if (path === "/metrics")
    register.metrics().then(
      (body) => text(200, body, register.contentType),
      () => text(500, "\n"),
    );
  else return false;
  return true;
}

/** The store's own upkeep, and what other modules leave to be swept. */
async function maintain(): Promise<void> {
  await createAgents(database, env.GEOSTITCH_AUTH_SECRET).sealPlainKeys();
  await maintainStore(pool, new Date());
  await pool.query("select geostitch_drop_partitions($1, $2)", ["event", 7]);
  await pool.query("delete from idempotency_record where created_at < now() - interval '7 days'");
}

const stopping = new AbortController();
const tasks = [
  repeat(ROLL_UP_EVERY_MS, "the roll-up of the samples", async () => {
    await rollUp(pool, new Date());
  }),
  repeat(MAINTAIN_EVERY_MS, "maintenance of the tables", maintain),
];

/** Again and again, one at a time; what fails is tried again the next time. */
async function repeat(everyMs: number, what: string, work: () => Promise<void>): Promise<void> {
  while (!stopping.signal.aborted) {
    await work().catch((error: unknown) => logger.warn({ err: error }, `${what} failed and is tried again`));
    await systemClock.sleep(everyMs, stopping.signal).catch(() => undefined);
  }
}

const { port } = new URL(wiring.intake.url);
await listenAt(server, process.env["GEOSTITCH_BIND"] ?? "127.0.0.1", Number(port));
onStop(async () => {
  stopping.abort();
  server.close();
  await Promise.all(tasks);
  await database.close();
});
