import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startTicksOf } from "../platform/process-table.ts";
import { writeWhole } from "../platform/write-whole.ts";
import { startFakeIntake, type Delivery } from "../testing/fake-intake.ts";

/** The agent as a process, beside a component whose counters the test turns; windows are ten seconds of the wall clock. */
const SECRET = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
const PROGRAM = new URL("../processes/agent.ts", import.meta.url).pathname;
const started: ChildProcess[] = [];
const closing: (() => void)[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  for (const close of closing.splice(0)) close();
});

async function startComponent() {
  const counted = { requests: 0, errors: 0, scrapes: 0 };
  const server = createServer((_incoming, outgoing) => {
    counted.scrapes += 1;
    outgoing.end(
      [
        `request_duration_seconds_bucket{le="0.1"} ${counted.requests}`,
        `request_duration_seconds_bucket{le="+Inf"} ${counted.requests}`,
        `request_duration_seconds_sum ${counted.requests * 0.05}`,
        `request_errors_total ${counted.errors}`,
        "",
      ].join("\n"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close().closeAllConnections());
  return { counted, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics` };
}

function spawnAgent(folder: string, intake: string): ChildProcess {
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
    GEOSTITCH_AGENT_INTAKE: intake,
    GEOSTITCH_AGENT_CREDENTIALS: join(folder, "credentials.json"),
    GEOSTITCH_AGENT_TARGET: join(folder, "target.json"),
    GEOSTITCH_AGENT_SPOOL: join(folder, "spool"),
  };
  const child = spawn(process.execPath, [PROGRAM], {
    env: env as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "ignore", "inherit"],
  });
  started.push(child);
  return child;
}

async function until(isSo: () => boolean, timeoutMs: number): Promise<void> {
  for (const deadline = performance.now() + timeoutMs; !isSo(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (performance.now() > deadline) throw new Error("it did not come about");
}

interface Sample {
  readonly instance: string;
  readonly requests: number;
  readonly errors: number;
  readonly cpuMillicores: number | null;
}
const samplesIn = (body: string): Sample[] => (JSON.parse(body) as { data: { samples: Sample[] } }).data.samples;
const samplesOf = (deliveries: readonly Delivery[]): Sample[] =>
  [...new Map(deliveries.map((delivery) => [delivery.id, delivery])).values()].flatMap(({ body }) => samplesIn(body));
const sum = (samples: readonly Sample[], value: (sample: Sample) => number): number =>
  samples.reduce((total, sample) => total + value(sample), 0);

test("with the intake away and the agent killed, every request that was counted arrives once", { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "geostitch-agent-"));
  const component = await startComponent();
  const intake = await startFakeIntake(SECRET);
  closing.push(() => intake.close());
  writeWhole(join(folder, "credentials.json"), JSON.stringify({ id: "agt_1", secret: SECRET }));
  const identity = { pid: process.pid, startTicks: startTicksOf(process.pid) };
  const target = { instance: "shop.front.1", place: "here", metricsUrl: component.url, process: identity };
  writeWhole(join(folder, "target.json"), JSON.stringify(target));

  // An agent that began just before a window's border closes an empty one first, and the spool goes in order: that one is taken.
  intake.answer(({ body }) => ({ status: samplesIn(body).some(({ requests }) => requests > 0) ? 503 : 202 }));
  const first = spawnAgent(folder, intake.url);
  await until(() => component.counted.scrapes > 0, 15_000);
  component.counted.requests += 40;
  component.counted.errors += 3;
  await intake.until((tries) => samplesOf(tries).some(({ requests }) => requests > 0), 60_000);
  component.counted.requests += 25;
  const scrapes = component.counted.scrapes;
  await until(() => component.counted.scrapes > scrapes + 1, 10_000);
  first.kill("SIGKILL");
  await once(first, "exit");
  component.counted.requests += 10;

  intake.answer(({ isSigned }) => ({ status: isSigned ? 202 : 401 }));
  const second = spawnAgent(folder, intake.url);
  const taken = (): Sample[] => samplesOf(intake.tries.filter(({ status }) => status === 202));
  await intake.until(() => sum(taken(), ({ requests }) => requests) >= 75, 60_000);
  second.kill("SIGTERM");
  await once(second, "exit");
  expect([sum(taken(), ({ requests }) => requests), sum(taken(), ({ errors }) => errors)]).toEqual([75, 3]);
  expect(taken().every(({ instance }) => instance === "shop.front.1")).toBe(true);
  expect(taken().some(({ cpuMillicores }) => cpuMillicores !== null)).toBe(true);
  const refused = new Set(intake.tries.filter(({ status }) => status === 503).map(({ id }) => id));
  expect(intake.tries.some(({ id, status }) => status === 202 && refused.has(id))).toBe(true);
});
