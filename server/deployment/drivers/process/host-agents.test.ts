import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { createLinkDialer } from "../../../connectivity-management/index.ts";
import { freePort } from "../../../platform/ports.ts";
import { agentProgram } from "../../../processes/agent-program.ts";
import { startFakeIntake, type FakeIntake } from "../../../testing/fake-intake.ts";
import { agentFingerprint } from "../../command-fingerprint.ts";
import type { DeployCommand } from "../../domain/host-protocol.ts";
import { createProcessDriver } from "./client.ts";
import { createHost, type Host } from "./host-server.ts";

/** Real hosts, real instances and real agents, with an intake that takes what it is sent. */
const TOKEN = "host-token";
const SECRET = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
const SERVES = "require('http').createServer((q,a)=>a.end('ok')).listen(process.env.PORT,'127.0.0.1')";
const dialer = createLinkDialer(null);
const started: Host[] = [];
const intakes: FakeIntake[] = [];
const watching = new AbortController();

afterEach(async () => {
  for (const host of started.splice(0)) {
    await host.stopInstances(500);
    host.server.close();
    host.server.closeAllConnections();
  }
  for (const intake of intakes.splice(0)) intake.close();
});

async function startHost(folder = mkdtempSync(join(tmpdir(), "geostitch-host-")), known?: FakeIntake) {
  const intake = known ?? (await startFakeIntake(SECRET));
  if (!known) intakes.push(intake);
  const url = `http://127.0.0.1:${await freePort()}`;
  const source = { NODE_COMPILE_CACHE: join(tmpdir(), "geostitch-test-compile-cache") } as unknown as NodeJS.ProcessEnv;
  const host = createHost({
    folder,
    url,
    token: TOKEN,
    dialer,
    workingDirectory: folder,
    planted: null,
    instanceEnv: {},
    logger: pino({ level: "silent" }),
    agents: agentProgram({ intakeUrl: intake.url, relay: null, source }),
  });
  started.push(host);
  await new Promise<void>((resolve) => host.server.listen(Number(new URL(url).port), "127.0.0.1", resolve));
  const driver = createProcessDriver({ url, token: TOKEN, dialer, place: null });
  return { host, folder, intake, driver };
}

type Started = Awaited<ReturnType<typeof startHost>>;

const command = (): DeployCommand => ({
  component: "shop/front",
  dataCenter: "here",
  version: "1",
  command: ["node", "-e", SERVES],
  env: {},
  dependencies: {},
  readiness: { path: "/", timeoutMs: 1_000 },
  protocol: "http",
  cpuMillicores: 100,
  memoryMiB: 64,
  hasState: false,
  writable: true,
});

let commands = 0;
const context = () => ({ component: "shop/front", epoch: 1, commandId: `command-${(commands += 1)}` });
const order = (id = "agt_1") => ({ id, secret: SECRET });

async function deploy({ driver }: Started, ...names: string[]): Promise<void> {
  for (const name of names) {
    await driver.deploy("here", name, command(), context());
    await driver.tellAgent("here", name, order(), context());
  }
}

async function until<T>(look: () => T | null | undefined | false, withinMs = 15_000): Promise<T> {
  for (const deadline = performance.now() + withinMs; ;) {
    const found = look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error("it did not come about");
    await delay(20);
  }
}

const agentOf = ({ host }: Started, instance: string) => host.agents().find((agent) => agent.instance === instance);
const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

test("an instance that serves has its agent, which is back soon after a kill -9, and ends with its instance", async () => {
  const world = await startHost();
  await deploy(world, "shop.front.1");
  const first = await until(() => agentOf(world, "shop.front.1")?.pid);
  process.kill(first, "SIGKILL");
  const second = await until(() => {
    const pid = agentOf(world, "shop.front.1")?.pid;
    return pid !== first && pid;
  }, 10_000);
  const [instance] = world.host.instances();
  expect([instance?.restarts, instance?.state]).toEqual([0, "ready"]);
  await world.driver.stop("here", "shop.front.1", { component: "shop/front", graceMs: 500, removeState: true }, context());
  await until(() => !runs(second));
  await until(() => !existsSync(join(world.folder, "agents", "shop.front.1")));
  expect(world.host.agents()).toEqual([]);
});

test("a new key reaches the running agent; neither it nor its instance starts anew, and the host tells which key it has", async () => {
  const world = await startHost();
  await deploy(world, "shop.front.1");
  const pid = await until(() => agentOf(world, "shop.front.1")?.pid);
  const before = world.host.instances()[0];
  expect(before?.agentFingerprint).toBe(agentFingerprint(order()));
  await world.driver.tellAgent("here", "shop.front.1", order("agt_2"), context());
  const after = world.host.instances()[0];
  expect([after?.pid, after?.restarts, after?.commandFingerprint]).toEqual([before?.pid, 0, before?.commandFingerprint]);
  expect(after?.agentFingerprint).toBe(agentFingerprint(order("agt_2")));
  await world.intake.until((tries) => tries.some(({ agent, status }) => agent === "agt_2" && status === 202), 25_000);
  expect(agentOf(world, "shop.front.1")?.pid).toBe(pid);
});

/** A host in a process of its own, to be killed. */
async function spawnHost(folder: string, intakeUrl: string) {
  const module_ = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const url = `http://127.0.0.1:${await freePort()}`;
  const options = { folder, url, token: TOKEN, workingDirectory: folder, planted: null, instanceEnv: {} };
  const script = `import { createHost } from ${module_("host-server.ts")};
    import { agentProgram } from ${module_("../../../processes/agent-program.ts")};
    import { createLinkDialer } from ${module_("../../../connectivity-management/index.ts")};
    import { pino } from "pino";
    const agents = agentProgram({ intakeUrl: ${JSON.stringify(intakeUrl)}, relay: null, source: process.env });
    const host = createHost({ ...${JSON.stringify(options)}, agents, dialer: createLinkDialer(null), logger: pino({ level: "silent" }) });
    host.server.listen(${new URL(url).port}, "127.0.0.1", () => console.log("listens"));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return { child, driver: createProcessDriver({ url, token: TOKEN, dialer, place: null }) };
}

const readdirOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
const recordedPid = (file: string): number | null =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { pid: number | null }).pid : null;

test("a host that was killed and starts anew finds its agents running, and ends those whose instance is gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "geostitch-host-"));
  const intake = await startFakeIntake(SECRET);
  intakes.push(intake);
  const first = await spawnHost(folder, intake.url);
  for (const name of ["shop.front.1", "shop.front.2"]) {
    await first.driver.deploy("here", name, command(), context());
    await first.driver.tellAgent("here", name, order(), context());
  }
  const agent = (name: string) => until(() => recordedPid(join(folder, "agents", name, "agent.json")));
  const [kept, orphan] = [await agent("shop.front.1"), await agent("shop.front.2")];
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const goneFolder = join(folder, "instances/shop.front.2");
  process.kill(recordedPid(join(goneFolder, "instance.json")) ?? 0, "SIGKILL");
  rmSync(goneFolder, { recursive: true });
  const second = await startHost(folder, intake);
  await until(() => !runs(orphan));
  expect(second.host.agents()).toMatchObject([{ instance: "shop.front.1", pid: kept }]);
});

test("a host whose intake moved while it was away starts its agents again, which send there what they have kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "geostitch-host-"));
  const first = await spawnHost(folder, "http://127.0.0.1:1");
  await first.driver.deploy("here", "shop.front.1", command(), context());
  await first.driver.tellAgent("here", "shop.front.1", order(), context());
  await until(() => recordedPid(join(folder, "agents/shop.front.1/agent.json")));
  const kept = await until(
    () => readdirOf(join(folder, "agents/shop.front.1/spool")).find((name) => name.includes("-msg_")),
    25_000,
  );
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const { intake } = await startHost(folder);
  await intake.until((tries) => tries.some(({ id, status }) => status === 202 && kept.includes(id)), 25_000);
});

test("one agent of a place measures its links; when that one ends with its instance, another does", async () => {
  const world = await startHost();
  void world.driver.watch("there", () => undefined, watching.signal).catch(() => undefined);
  await deploy(world, "shop.front.1", "shop.front.2");
  const measuring = (): string[] =>
    world.host.agents().flatMap(({ instance, measuresLinks }) => (measuresLinks ? [instance] : []));
  await until(() => world.host.agents().every(({ pid }) => pid !== null));
  const [chosen = ""] = await until(() => measuring().length === 1 && measuring());
  await world.intake.until(
    (tries) => tries.some(({ body }) => body.includes("link.batch.v1") && body.includes('"to":"there"')),
    25_000,
  );
  await world.driver.stop("here", chosen, { component: "shop/front", graceMs: 500, removeState: true }, context());
  const [next] = await until(() => measuring().length === 1 && measuring()[0] !== chosen && measuring());
  expect(next).not.toBe(chosen);
});
