/**
 * What an agent costs beside a component under load, its links being measured: `npm run bench:agent`. Real processes: a component
 * of the lab, the lab's relay with twelve other places, an agent as a host starts it, and an idle Node as anchor.
 * `--seconds N` (default 60). Exit code 1 where a figure is not met.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { createLinkDialer } from "../server/connectivity-management/index.ts";
import { createProcessDriver } from "../server/deployment/drivers/process/client.ts";
import { createHost } from "../server/deployment/drivers/process/host-server.ts";
import { createRelay } from "../server/lab/index.ts";
import { freePort } from "../server/platform/ports.ts";
import { readProcess } from "../server/platform/process-table.ts";
import { listen } from "../server/platform/serve.ts";
import { agentProgram } from "../server/processes/agent-program.ts";

const at = process.argv.indexOf("--seconds");
const SECONDS = at < 0 ? 60 : Number(process.argv[at + 1]);
const SETTLE_MS = 15_000;
const REQUESTS_PER_SECOND = 50;
const OTHER_PLACES = 12;
const CPU_PERCENT_MAX = 1;
const MEMORY_MIB_MAX = 90;
const ROUND_TRIP_MS = 90;
const NAME = "bench.component.1";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const folder = mkdtempSync(join(tmpdir(), "geostitch-agent-"));
const logger = pino({ level: "silent" });

/** Counts what arrives, as the intake would take it. */
const arrived = { batches: 0, requests: 0, links: 0 };
const intake = createServer((incoming, outgoing) => {
  let text = "";
  incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  incoming.once("end", () => {
    const { type, data } = JSON.parse(text) as { type: string; data: { samples: { requests: number }[] } };
    arrived.batches += 1;
    if (type === "kpi.batch.v1") arrived.requests += data.samples.reduce((sum, { requests }) => sum + requests, 0);
    else arrived.links += data.samples.length;
    outgoing.writeHead(202, { "content-type": "application/json" }).end('{"accepted":1,"duplicate":false}');
  });
});
const [intakePort, relayPort, hostPort] = [await freePort(), await freePort(), await freePort()];
const relay = createRelay({ rttMs: () => ROUND_TRIP_MS });
await listen(intake, `http://127.0.0.1:${intakePort}`);
await listen(relay, `http://127.0.0.1:${relayPort}`);
const dialer = createLinkDialer(null);
const url = `http://127.0.0.1:${hostPort}`;
const host = createHost({
  folder,
  url,
  token: "bench",
  dialer,
  workingDirectory: root,
  logger,
  planted: null,
  instanceEnv: {},
  agents: agentProgram({
    intakeUrl: `http://127.0.0.1:${intakePort}`,
    relay: { host: "127.0.0.1", port: relayPort },
    source: { ...process.env, NODE_COMPILE_CACHE: join(folder, "compile-cache") },
  }),
});
await listen(host.server, url);
const idle = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e9)"], { stdio: "ignore" });
const load = startLoad();
try {
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  load.stop();
  idle.kill();
  await host.stopInstances(2_000);
  for (const server of [host.server, relay, intake]) server.close().closeAllConnections();
  await dialer.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<boolean> {
  const agentPid = await startAgent();
  await delay(SETTLE_MS);
  const started = { agent: usage(agentPid), idle: usage(idle.pid), atMs: performance.now(), sent: load.sent() };
  const memory: number[] = [];
  while (performance.now() - started.atMs < SECONDS * 1000) {
    await delay(1_000);
    memory.push(usage(agentPid).memoryMiB);
  }
  const seconds = (performance.now() - started.atMs) / 1000;
  const percent = (used: { cpuMs: number }, before: { cpuMs: number }): number => (used.cpuMs - before.cpuMs) / seconds / 10;
  const cpu = percent(usage(agentPid), started.agent);
  const memoryMax = Math.max(...memory);
  const anchor = usage(idle.pid);
  console.log(
    `agent: ${cpu.toFixed(2)} % of a core, at most ${memoryMax.toFixed(0)} MiB over ${seconds.toFixed(0)} s; component at ${((load.sent() - started.sent) / seconds).toFixed(0)} requests/s, ${OTHER_PLACES} links measured`,
  );
  console.log(
    `anchor, an idle Node in the same run: ${percent(anchor, started.idle).toFixed(2)} %, ${anchor.memoryMiB.toFixed(0)} MiB`,
  );
  console.log(`arrived: ${arrived.batches} batches, ${arrived.requests} requests, ${arrived.links} windows of links`);
  const checks: [string, boolean][] = [
    [`CPU < ${CPU_PERCENT_MAX} %`, cpu < CPU_PERCENT_MAX],
    [`memory <= ${MEMORY_MIB_MAX} MiB`, memoryMax <= MEMORY_MIB_MAX],
    ["requests and links arrive", arrived.requests > 0 && arrived.links > 0],
  ];
  for (const [what, isMet] of checks) console.log(`${what}: ${isMet ? "met" : "NOT MET"}`);
  return checks.every(([, isMet]) => isMet);
}

/** Deploys the component, tells its agent its key, and lets the host know of the other places, as an orchestrator would. */
async function startAgent(): Promise<number> {
  const driver = createProcessDriver({ url, token: "bench", dialer, place: null });
  const context = (commandId: string) => ({ component: "bench/component", epoch: 1, commandId });
  const watching = new AbortController();
  for (let place = 1; place <= OTHER_PLACES; place += 1)
    void driver.watch(`place-${place}`, () => undefined, watching.signal).catch(() => undefined);
  await driver.deploy(
    "here",
    NAME,
    {
      component: "bench/component",
      dataCenter: "here",
      version: "1",
      command: ["node", "server/lab/component/main.ts"],
      env: {},
      dependencies: {},
      readiness: { path: "/healthz", timeoutMs: 1_000 },
      protocol: "http",
      cpuMillicores: 100,
      memoryMiB: 64,
      hasState: false,
      writable: true,
    },
    context("deploy"),
  );
  const key = { id: "agt_bench", secret: `whsec_${Buffer.alloc(24, 7).toString("base64")}` };
  await driver.tellAgent("here", NAME, key, context("agent"));
  for (const deadline = performance.now() + 30_000; performance.now() < deadline;) {
    const found = host.agents().find(({ pid }) => pid !== null);
    load.aim(host.instances()[0]?.port ?? null);
    if (found?.pid) return found.pid;
    await delay(100);
  }
  throw new Error("the agent did not start within 30 s");
}

function usage(pid: number | undefined): { cpuMs: number; memoryMiB: number } {
  const reading = pid === undefined ? null : readProcess(pid);
  if (!reading) throw new Error(`process ${pid ?? "?"} has ended`);
  return reading;
}

/** An open loop of requests to the component. */
function startLoad() {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  let port: number | null = null;
  let sent = 0;
  const timer = setInterval(() => {
    if (port === null) return;
    sent += 1;
    get({ host: "127.0.0.1", port, path: "/", agent }, (answer) => answer.resume()).on("error", () => undefined);
  }, 1000 / REQUESTS_PER_SECOND);
  return {
    aim: (to: number | null): void => {
      port = to;
    },
    sent: () => sent,
    stop: () => {
      clearInterval(timer);
      agent.destroy();
    },
  };
}
