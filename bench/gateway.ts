import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOAD_CORE, missingTools, startGateway, startHaproxy, startNginx, startUpstream, type Contender } from "./contenders.ts";
import { allProcesses } from "./processes.ts";
import { median } from "./statistics.ts";

/**
 * The embedded gateway beside HAProxy and nginx: one core each, keep-alive, 64 connections, 1 KiB answers, rounds interleaved.
 * CPU time a request is the figure that a noisy machine disturbs least. `--rounds N` (3), `--seconds N` (5).
 */
const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const ROUNDS = argument("--rounds", 3);
const SECONDS = argument("--seconds", 5);
const CONNECTIONS = 64;

interface Round {
  readonly cpuMicroseconds: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

const missing = missingTools();
if (missing.length > 0) {
  console.error(
    `bench:gateway compares with other proxies and needs ${missing.join(", ")} (Debian: apt-get install haproxy nginx-light wrk)`,
  );
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "geostitch-bench-gateway-"));
const upstream = await startUpstream(folder);
const contenders = [
  await startHaproxy(folder, upstream.port),
  await startNginx(folder, upstream.port),
  await startGateway(folder, upstream.port),
];
try {
  for (const contender of contenders) await untilAnswers(contender.url);
  for (const contender of contenders) measure(contender, 2);
  const rounds = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const contender of contenders) rounds.get(contender.name)?.push(measure(contender, SECONDS));
  report(rounds);
} finally {
  for (const { pid } of [upstream.process, ...contenders.flatMap(({ processes }) => processes)])
    if (pid !== undefined) process.kill(pid, "SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
process.exit(process.exitCode ?? 0);

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 200 && (await answer.text()).length > 1_000) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} did not answer within 10 s`);
}

function measure(contender: Contender, seconds: number): Round {
  const before = cpuSeconds(contender);
  const text = execFileSync(
    "taskset",
    ["-c", LOAD_CORE, "wrk", "-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--latency", contender.url],
    { encoding: "utf8" },
  );
  const requests = Number(/(\d+) requests in/.exec(text)?.[1] ?? 0);
  const [, ...errors] = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text) ?? [];
  const failed = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  return {
    cpuMicroseconds: ((cpuSeconds(contender) - before) * 1e6) / Math.max(1, requests),
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0),
    p50Ms: latencyMs(text, "50%"),
    p99Ms: latencyMs(text, "99%"),
    failed: failed + errors.reduce((sum, count) => sum + Number(count), 0),
  };
}

function latencyMs(text: string, share: string): number {
  const [, value = "NaN", unit = ""] = new RegExp(`\\s${share}\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1_000 }[unit] ?? Number.NaN);
}

/** Of a process and all it started: workers are where the work is. */
function cpuSeconds({ processes }: Contender): number {
  const roots = new Set(processes.flatMap(({ pid }) => pid ?? []));
  const family = allProcesses().filter(({ pid, parent }) => roots.has(pid) || roots.has(parent));
  return family.reduce((sum, own) => sum + own.cpuSeconds, 0);
}

function report(rounds: ReadonlyMap<string, readonly Round[]>): void {
  const middle = (name: string, of: (round: Round) => number): number => median((rounds.get(name) ?? []).map(of));
  const anchorCpu = middle("HAProxy", (round) => round.cpuMicroseconds);
  const anchorRate = middle("HAProxy", (round) => round.requestsPerSecond);
  console.log(
    `medians of ${ROUNDS} interleaved rounds of ${SECONDS} s, one core each, ${CONNECTIONS} connections, 1 KiB answers`,
  );
  console.log("proxy      CPU µs/req  of HAProxy  requests/s  of HAProxy   p50 ms   p99 ms  failed");
  for (const [name, own] of rounds) {
    const cpu = middle(name, (round) => round.cpuMicroseconds);
    const rate = middle(name, (round) => round.requestsPerSecond);
    const failed = own.reduce((sum, round) => sum + round.failed, 0);
    const cells = [
      name.padEnd(9),
      cpu.toFixed(1).padStart(11),
      (cpu / anchorCpu).toFixed(2).padStart(11),
      rate.toFixed(0).padStart(11),
      (rate / anchorRate).toFixed(2).padStart(11),
      middle(name, (round) => round.p50Ms)
        .toFixed(2)
        .padStart(8),
      middle(name, (round) => round.p99Ms)
        .toFixed(2)
        .padStart(8),
      String(failed).padStart(7),
    ];
    console.log(cells.join(" "));
    if (failed > 0) process.exitCode = 1;
  }
}
