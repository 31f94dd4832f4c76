import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { createLinkDialer } from "../../../connectivity-management/index.ts";
import type { DeployCommand, HostInstance } from "../../domain/host-protocol.ts";
import { createProcessDriver } from "./client.ts";
import { createHost, type Host } from "./host-server.ts";

const TOKEN = "host-token";
const SERVES = "require('http').createServer((q,a)=>a.end('ok')).listen(process.env.PORT,'127.0.0.1')";
const started: Host[] = [];
const dialer = createLinkDialer(null);

afterEach(async () => {
  for (const host of started.splice(0)) {
    await host.stopInstances(200);
    host.server.close();
    host.server.closeAllConnections();
  }
});

async function startHost(folder = mkdtempSync(join(tmpdir(), "geostitch-host-"))) {
  const options = {
    folder,
    url: "http://127.0.0.1:1",
    token: TOKEN,
    dialer,
    workingDirectory: folder,
    planted: null,
    instanceEnv: {},
    agents: null,
  };
  const host = createHost({ ...options, logger: pino({ level: "silent" }) });
  started.push(host);
  await new Promise<void>((resolve) => host.server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(host.server.address() as AddressInfo).port}`;
  return { host, folder, url, driver: createProcessDriver({ url, token: TOKEN, dialer, place: null }) };
}

const command = (script = SERVES, change: Partial<DeployCommand> = {}): DeployCommand => ({
  component: "shop/front",
  dataCenter: "here",
  version: "1",
  command: ["node", "-e", script],
  env: {},
  dependencies: {},
  readiness: { path: "/", timeoutMs: 1_000 },
  protocol: "http",
  cpuMillicores: 100,
  memoryMiB: 64,
  hasState: false,
  writable: true,
  ...change,
});

const context = (commandId: string, epoch = 1) => ({ component: "shop/front", epoch, commandId });
const NAME = "shop.front.1";

async function reaches(host: Host, wanted: (instance: HostInstance) => boolean, withinMs = 10_000): Promise<HostInstance> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const [instance] = host.instances();
    if (instance && wanted(instance)) return instance;
    if (performance.now() > deadline) throw new Error(`it did not come about: ${JSON.stringify(host.instances())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isReady = ({ state }: HostInstance): boolean => state === "ready";

test("a deployed instance becomes ready; the same command again changes nothing", async () => {
  const { driver, host } = await startHost();
  await driver.deploy("here", NAME, command(), context("one"));
  const ready = await reaches(host, isReady);
  const again = await driver.deploy("here", NAME, command(), context("one"));
  await driver.deploy("here", NAME, command(), context("two"));
  expect(again.ok).toBe(true);
  expect(host.instances().map(({ pid, restarts }) => [pid, restarts])).toEqual([[ready.pid, 0]]);
});

test("an instance that is killed shows so within 2 s, is back within 10 s, and says how often", async () => {
  const { driver, host } = await startHost();
  await driver.deploy("here", NAME, command(), context("one"));
  const { pid } = await reaches(host, isReady);
  process.kill(pid ?? 0, "SIGKILL");
  const failed = await reaches(host, ({ state }) => state === "failed", 2_000);
  expect(failed.lastExit).toBe("ended by SIGKILL");
  const back = await reaches(host, (instance) => isReady(instance) && instance.pid !== pid, 10_000);
  expect(back.restarts).toBe(1);
});

test("an instance whose port somebody took while it was away starts again on another", async () => {
  const { host, driver } = await startHost();
  const takes = createServer();
  try {
    await driver.deploy("here", NAME, command(), context("one"));
    const { pid, port } = await reaches(host, isReady);
    process.kill(pid ?? 0, "SIGKILL");
    await reaches(host, ({ state }) => state === "failed");
    await new Promise<void>((resolve) => takes.listen(port ?? 0, "127.0.0.1", resolve));
    const again = await reaches(host, isReady);
    expect([again.restarts, again.port === port]).toEqual([1, false]);
  } finally {
    takes.close();
  }
});

test("an instance that ends again and again is started with growing waits", async () => {
  const { driver, host } = await startHost();
  await driver.deploy("here", NAME, command("process.exit(3)"), context("one"));
  const waits: number[] = [];
  for (let restarts = 1; restarts <= 3; restarts += 1) {
    const failed = await reaches(host, (instance) => instance.state === "failed" && instance.restarts === restarts);
    waits.push(Date.parse(failed.nextRestartAt ?? "") - Date.parse(failed.changedAt));
    expect(failed.lastExit).toBe("ended with code 3");
  }
  expect(waits[1]).toBeGreaterThan((waits[0] ?? 0) * 1.5);
  expect(waits[2]).toBeGreaterThan((waits[1] ?? 0) * 1.5);
});

test("a lower epoch than the highest ever seen is refused, also after a restart of the host", async () => {
  const { driver, folder, host } = await startHost();
  await driver.deploy("here", NAME, command(), context("one", 5));
  await reaches(host, isReady);
  const stop = { component: "shop/front", graceMs: 100, removeState: true };
  const stale = await driver.stop("here", NAME, stop, context("late", 4));
  expect(stale).toMatchObject({ ok: false, reasons: [{ code: "stale-epoch" }] });
  const next = await startHost(folder);
  expect(await next.driver.stop("here", NAME, stop, context("later", 4))).toMatchObject({ ok: false });
  await reaches(next.host, isReady);
});

/** A host in a process of its own, to be killed. */
async function spawnHost(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const script = `import { createHost } from ${JSON.stringify(new URL("host-server.ts", import.meta.url).href)};
    import { createLinkDialer } from ${JSON.stringify(new URL("../../../connectivity-management/index.ts", import.meta.url).href)};
    import { pino } from "pino";
    const options = ${JSON.stringify({ folder, url: "http://127.0.0.1:1", token: TOKEN, workingDirectory: folder, planted: null, instanceEnv: {}, agents: null })};
    const { server } = createHost({ ...options, dialer: createLinkDialer(null), logger: pino({ level: "silent" }) });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { url: `http://127.0.0.1:${line.toString().trim()}`, child };
}

test("a host that was killed and starts again finds its instances running, and leaves them so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "geostitch-host-"));
  const first = await spawnHost(folder);
  const driver = createProcessDriver({ url: first.url, token: TOKEN, dialer, place: null });
  await driver.deploy("here", NAME, command(), context("one"));
  let before: HostInstance | undefined;
  while (before?.state !== "ready") [before] = await driver.list("here");
  first.child.kill("SIGKILL");
  const second = await startHost(folder);
  const after = await reaches(second.host, isReady);
  expect([after.pid, after.restarts]).toEqual([before.pid, 0]);
  process.kill(after.pid ?? 0, "SIGKILL");
  expect((await reaches(second.host, (instance) => isReady(instance) && instance.pid !== before.pid)).restarts).toBe(1);
});

test("stopping ends the process, takes its folder away where asked, and is no error twice", async () => {
  const { driver, folder, host } = await startHost();
  await driver.deploy("here", NAME, command(), context("one"));
  const { pid } = await reaches(host, isReady);
  const stop = { component: "shop/front", graceMs: 500, removeState: true };
  expect((await driver.stop("here", NAME, stop, context("two"))).ok).toBe(true);
  expect(() => process.kill(pid ?? 0, 0)).toThrow();
  expect(existsSync(join(folder, "instances", NAME))).toBe(false);
  expect(await driver.stop("here", NAME, stop, context("three"))).toEqual({ ok: true, value: null });
});

test("a process that ignores SIGTERM is ended after its grace", async () => {
  const { driver, host } = await startHost();
  await driver.deploy("here", NAME, command(`process.on('SIGTERM',()=>{});${SERVES}`), context("one"));
  const { pid } = await reaches(host, isReady);
  await driver.stop("here", NAME, { component: "shop/front", graceMs: 100, removeState: true }, context("two"));
  expect(() => process.kill(pid ?? 0, 0)).toThrow();
});

test("the watch tells first what is there, then each change, and ends with an error when the host does", async () => {
  const { driver, host } = await startHost();
  await driver.deploy("here", NAME, command(), context("one"));
  const kinds: string[] = [];
  const states: string[] = [];
  const watching = driver.watch(
    "here",
    (line) => {
      kinds.push(line.kind);
      if (line.kind === "changed") states.push(line.item.state);
    },
    new AbortController().signal,
  );
  const failing = expect(watching).rejects.toMatchObject({ kind: "unavailable" });
  await reaches(host, isReady);
  await driver.stop("here", NAME, { component: "shop/front", graceMs: 500, removeState: true }, context("two"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  host.server.closeAllConnections();
  await failing;
  expect(kinds[0]).toBe("snapshot");
  expect(kinds).toContain("removed");
  expect(states).toEqual(expect.arrayContaining(["ready", "draining", "stopped"]));
});

/** Knows the contract's page and nothing else: closed until it is told to open, and its memory ends with its process. */
const STARTS_CLOSED = `const http = require("http"); let open = false, epoch = 0;
  http.createServer((q, a) => q.url === "/" ? a.end("ok") : a.writeHead(open ? 200 : 503, { "geostitch-sealed": String(epoch) }).end()).listen(process.env.PORT, "127.0.0.1");
  http.createServer((q, a) => {
    if (q.headers.authorization !== "Bearer " + process.env.GEOSTITCH_COMPONENT_TOKEN) return a.writeHead(401).end();
    if (q.url === "/geostitch/activate") { open = true; epoch = Number(q.headers["geostitch-epoch"]); return a.end("{}"); }
    if (q.url === "/geostitch/seal") { open = false; return a.end(JSON.stringify({ position: "0", digest: "x", items: 0, epoch })); }
    a.writeHead(404).end();
  }).listen(process.env.GEOSTITCH_ADMIN_PORT, "127.0.0.1");`;

const write = async (instance: HostInstance) => {
  const answer = await fetch(`http://127.0.0.1:${instance.port ?? 0}/write`);
  return [answer.status, answer.headers.get("geostitch-sealed")];
};

test("the owner of a state is open whenever it is ready, at its epoch; one that was sealed stays closed", async () => {
  const { driver, host } = await startHost();
  const admin = (path: string, epoch: number) =>
    driver.admin("here", NAME, { method: "POST", path }, context(`admin-${path}-${epoch}`, epoch));
  await driver.deploy("here", NAME, command(STARTS_CLOSED, { hasState: true }), context("one", 3));
  const first = await reaches(host, isReady);
  expect(await write(first)).toEqual([200, "3"]);
  process.kill(first.pid ?? 0, "SIGKILL");
  const second = await reaches(host, (instance) => isReady(instance) && instance.pid !== first.pid);
  expect(await write(second)).toEqual([200, "3"]);
  await admin("/geostitch/seal", 3);
  process.kill(second.pid ?? 0, "SIGKILL");
  const third = await reaches(host, (instance) => isReady(instance) && instance.pid !== second.pid);
  expect((await write(third))[0]).toBe(503);
  await admin("/geostitch/activate", 4);
  process.kill(third.pid ?? 0, "SIGKILL");
  const fourth = await reaches(host, (instance) => isReady(instance) && instance.pid !== third.pid);
  expect(await write(fourth)).toEqual([200, "4"]);
});

test("a target is ready closed", async () => {
  const { driver, host } = await startHost();
  await driver.deploy("here", NAME, command(STARTS_CLOSED, { hasState: true, writable: false }), context("one", 3));
  expect((await write(await reaches(host, isReady)))[0]).toBe(503);
});

test("without the host's token nothing is told", async () => {
  const { url } = await startHost();
  expect((await fetch(`${url}/v1/instances`)).status).toBe(401);
});
