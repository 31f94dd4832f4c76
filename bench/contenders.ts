import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../server/platform/ports.ts";
import type { Wiring } from "../server/platform/wiring.ts";
import type { RouteSnapshot } from "../server/routing-layer/domain/snapshot.ts";

/** Three proxies in front of one upstream, each on one core and with one thread. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  readonly processes: readonly ChildProcess[];
}

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
export const BODY_BYTES = 1024;
/** The proxies have a core of their own; the load and the upstream share the other. */
export const PROXY_CORE = "1";
export const LOAD_CORE = "0";
const TOOLS = ["haproxy", "nginx", "wrk", "taskset"];

export function missingTools(): readonly string[] {
  return TOOLS.filter((tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0);
}

export function pinned(core: string, command: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return spawn("taskset", ["-c", core, ...command], { stdio: ["ignore", "ignore", "inherit"], env, cwd: root });
}

const nginxConfig = (folder: string, server: string): string => `worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  ${server}
}
`;

/** Answers 1 KiB from memory. */
export async function startUpstream(folder: string): Promise<{ port: number; process: ChildProcess }> {
  const port = await freePort();
  const own = join(folder, "upstream");
  mkdirSync(own, { recursive: true });
  const answer = `server { listen 127.0.0.1:${port} reuseport; location / { default_type text/plain; return 200 "${"x".repeat(BODY_BYTES)}"; } }`;
  writeFileSync(join(own, "nginx.conf"), nginxConfig(own, answer));
  return { port, process: pinned(LOAD_CORE, ["nginx", "-c", join(own, "nginx.conf"), "-p", own]) };
}

export async function startHaproxy(folder: string, upstream: number): Promise<Contender> {
  const port = await freePort();
  const file = join(folder, "haproxy.cfg");
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
frontend clients
  bind 127.0.0.1:${port}
  http-request set-path %[path,regsub(^/bench/echo/,/)]
  default_backend instances
backend instances
  server one 127.0.0.1:${upstream}
`,
  );
  const started = pinned(PROXY_CORE, ["haproxy", "-f", file]);
  return { name: "HAProxy", url: `http://127.0.0.1:${port}/bench/echo/`, processes: [started] };
}

export async function startNginx(folder: string, upstream: number): Promise<Contender> {
  const port = await freePort();
  const own = join(folder, "nginx");
  mkdirSync(own, { recursive: true });
  const server = `upstream instances { server 127.0.0.1:${upstream}; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port}; location /bench/echo/ {
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; proxy_pass http://instances/; } }`;
  writeFileSync(join(own, "nginx.conf"), nginxConfig(own, server));
  const started = pinned(PROXY_CORE, ["nginx", "-c", join(own, "nginx.conf"), "-p", own]);
  return { name: "nginx", url: `http://127.0.0.1:${port}/bench/echo/`, processes: [started] };
}

/** The gateway as the product runs it: place lookup, epochs, holds, counters, traffic reports and all. */
export async function startGateway(folder: string, upstream: number): Promise<Contender> {
  const [port, admin, internal, intake] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const local = (of: number): string => `http://127.0.0.1:${of}`;
  const wiring: Wiring = {
    orchestratorPlace: null,
    relay: null,
    host: { url: local(1), token: "unused" },
    gateway: { url: local(port), adminUrl: local(admin), internalUrl: local(internal), token: "bench" },
    intake: { url: local(intake), gatewaySecret: `whsec_${Buffer.alloc(24).toString("base64")}` },
    console: { url: local(1) },
    lab: null,
  };
  const file = join(folder, "wiring.json");
  writeFileSync(file, JSON.stringify(wiring));
  const env = { ...process.env, GEOSTITCH_WIRING: file, GEOSTITCH_DATA_DIR: folder, NODE_ENV: "production" } as NodeJS.ProcessEnv;
  const started = pinned(
    PROXY_CORE,
    [process.execPath, "--disable-warning=ExperimentalWarning", "server/processes/gateway.ts"],
    env,
  );
  await publish(local(admin), upstream);
  return { name: "Geostitch", url: `http://127.0.0.1:${port}/bench/echo/`, processes: [started] };
}

async function publish(adminUrl: string, upstream: number): Promise<void> {
  const place = { name: "here", latitude: 50.11, longitude: 8.68, country: "DE" };
  const instance = { name: "bench.echo.1", dataCenter: "here", host: "127.0.0.1", port: upstream, epoch: 1 };
  const component = { component: "bench/echo", application: "bench", name: "echo", entrypoint: true, epoch: 1 };
  const snapshot: RouteSnapshot = {
    version: 1,
    publishedAt: new Date().toISOString(),
    dataCenters: [place],
    links: [],
    components: [{ ...component, protocol: "http", stateKind: "stateless", instances: [instance], shares: [] }],
  };
  const put = {
    method: "PUT",
    headers: { authorization: "Bearer bench", "content-type": "application/json" },
    body: JSON.stringify(snapshot),
  };
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`${adminUrl}/v1/entries/here/snapshot`, put).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the gateway took no routes within 10 s");
}
