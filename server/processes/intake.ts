import type { ServerResponse } from "node:http";
import { Counter, Histogram, Registry } from "prom-client";
import { createIntake } from "../kpi-intake/index.ts";
import { storeLinkSamples } from "../kpi-intake/store/link-samples-store.ts";
import { storeKpiSamples, storeTraffic } from "../kpi-intake/store/samples-store.ts";
import { databaseAnswers, openDatabase } from "../platform/db/client.ts";
import { readProcessEnv } from "../platform/env.ts";
import { createLogger } from "../platform/logger.ts";
import { listenAt, onStop } from "../platform/serve.ts";
import { readWiring } from "../platform/wiring.ts";

/** The KPI intake: the only door for what is measured outside, apart from everything that decides. */
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

/** Tomorrow's partitions are made today, and what is too old goes. */
async function maintain(): Promise<void> {
  await pool.query("select geostitch_ensure_partitions(7)");
  for (const [table, days] of [
    ["traffic_sample", 14],
    ["kpi_sample", 14],
    ["link_sample", 7],
    ["event", 7],
  ] as const)
    await pool.query("select geostitch_drop_partitions($1, $2)", [table, days]);
  await pool.query("delete from webhook_delivery where at < now() - interval '2 days'");
  await pool.query("delete from idempotency_record where created_at < now() - interval '7 days'");
}

const maintenance = setInterval(
  () =>
    void maintain().catch((error: unknown) => logger.warn({ err: error }, "maintenance of the tables failed and is tried again")),
  3_600_000,
);
const { port } = new URL(wiring.intake.url);
await listenAt(server, process.env["GEOSTITCH_BIND"] ?? "127.0.0.1", Number(port));
onStop(async () => {
  clearInterval(maintenance);
  server.close();
  await database.close();
});
