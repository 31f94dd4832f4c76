import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { StatefulStore } from "./stateful-store.ts";

export interface Behaviour {
  readonly name: string;
  readonly cpuMs: number;
  readonly responseBytes: number;
  readonly dependencies: readonly {
    readonly name: string;
    readonly url: string;
    readonly callsPerRequest: number;
    readonly requestBytes: number;
    readonly responseBytes: number;
  }[];
}

const BYTES = "bytes";
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** Of an answer, beside its padding. */
const ENVELOPE_BYTES = 60;
const HOPS_MAX = 8;
/** A caller may ask for an expensive answer (`cpuMs`) or a failure (`fail`): what goes wrong in the lab really goes wrong. */
const CPU_MS_MAX = 500;
const ENTRIES = 300;
/** From 0.5 ms to 10 s by steps of 8 %, so that a quantile is worth something. */
const BOUNDS_MS = Array.from({ length: 130 }, (_, index) => Number((0.5 * 20_000 ** (index / 129)).toPrecision(4)));

/** A service of any topology: burns its CPU, really calls its dependencies, and answers; with state, documents too. */
export function createService(behaviour: Behaviour, store: StatefulStore | null, random: () => number): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 30_000 });
  const metrics = { counts: BOUNDS_MS.map(() => 0).concat(0), sum: 0, errors: 0 };
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === "/healthz") return void outgoing.end("ok\n");
    if (incoming.url === "/metrics") return void outgoing.end(renderMetrics(metrics));
    const startedMs = performance.now();
    serve({ behaviour, store, agent, random }, incoming, outgoing)
      .catch((error: unknown) => {
        metrics.errors += 1;
        if (!outgoing.headersSent) answer(outgoing, 502, { detail: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => observe(metrics, performance.now() - startedMs));
    return undefined;
  });
  server.keepAliveTimeout = 120_000;
  return server;
}

interface ServiceParts {
  readonly behaviour: Behaviour;
  readonly store: StatefulStore | null;
  readonly agent: Agent;
  /** 0..1, of this instance. */
  readonly random: () => number;
}

async function serve(parts: ServiceParts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { behaviour, store } = parts;
  const body = await readBody(incoming);
  const [path = "/", query = ""] = (incoming.url ?? "/").split("?");
  const [, collection, document, part] = path.split("/");
  const asked = new URLSearchParams(query);
  burn(Math.min(CPU_MS_MAX, Math.max(behaviour.cpuMs, Number(asked.get("cpuMs") ?? 0))));
  if (asked.has("fail")) throw new Error("failed, as it was asked to");
  if (store) {
    if (collection === "carts" && document) {
      await serveDocument(store, { document: decodeURIComponent(document), part: part ?? "", incoming, body, outgoing });
      return;
    }
    if (!store.ownership.open) {
      sealed(store, outgoing);
      return;
    }
    // What a call leaves behind: one of a bounded number of entries, written once each.
    await store.write("cache", `entry-${Math.floor(parts.random() * ENTRIES)}`, "entry", 1);
  }
  await callDependencies(parts, incoming);
  answer(outgoing, 200, { service: behaviour.name, padding: "x".repeat(paddingBytes(behaviour, query)) });
}

/** Whoever calls may say how long the answer is to be, as an edge of the topology does. */
function paddingBytes({ responseBytes }: Behaviour, query: string): number {
  const asked = Number(new URLSearchParams(query).get(BYTES) ?? Number.NaN);
  return Math.max(0, Math.min(asked >= 0 ? asked : responseBytes, ANSWER_BYTES_MAX) - ENVELOPE_BYTES);
}

interface DocumentRequest {
  readonly document: string;
  readonly part: string;
  readonly incoming: IncomingMessage;
  readonly body: string;
  readonly outgoing: ServerResponse;
}

async function serveDocument(store: StatefulStore, { document, part, incoming, body, outgoing }: DocumentRequest): Promise<void> {
  if (incoming.method === "GET" && part === "") {
    const found = store.read(document);
    if (found) answer(outgoing, 200, found);
    else sealed(store, outgoing);
    return;
  }
  if (incoming.method !== "POST" || part !== "items") {
    answer(outgoing, 404, { detail: "expected GET /carts/{user} or POST /carts/{user}/items" });
    return;
  }
  const parsed = parseItem(body);
  const key = incoming.headers["idempotency-key"];
  if (!parsed || typeof key !== "string" || key === "") {
    answer(outgoing, 400, { detail: 'expected {"item","quantity"} and an Idempotency-Key' });
    return;
  }
  const revision = await store.write(document, key, parsed.item, parsed.quantity);
  if (revision === null) sealed(store, outgoing);
  else answer(outgoing, 200, { revision });
}

function parseItem(body: string): { item: string; quantity: number } | null {
  try {
    const { item, quantity } = JSON.parse(body) as { item: unknown; quantity: unknown };
    return typeof item === "string" && typeof quantity === "number" && Number.isFinite(quantity) ? { item, quantity } : null;
  } catch {
    return null;
  }
}

/** Refused unprocessed: whoever sent it may send it again elsewhere. */
function sealed(store: StatefulStore, outgoing: ServerResponse): void {
  outgoing.setHeader("geostitch-sealed", String(store.ownership.epoch));
  answer(outgoing, 503, { detail: "this copy takes no requests now" });
}

async function callDependencies({ behaviour, agent, random }: ServiceParts, incoming: IncomingMessage): Promise<void> {
  const visited = String(incoming.headers["geostitch-lab-path"] ?? "")
    .split(",")
    .filter((name) => name !== "");
  // Topologies may have cycles: a request never comes twice to the same component on one path.
  if (visited.length >= HOPS_MAX) return;
  const path = [...visited, behaviour.name];
  const calls = behaviour.dependencies
    .filter(({ name }) => !path.includes(name))
    .flatMap((dependency) => Array.from({ length: sampleCount(dependency.callsPerRequest, random()) }, () => dependency));
  await Promise.all(calls.map((dependency) => call(agent, dependency, path.join(","))));
}

/** 1.2 calls a request: one always, a second in a fifth of the requests. */
const sampleCount = (expected: number, chance: number): number => Math.floor(expected) + (chance < expected % 1 ? 1 : 0);

function call(
  agent: Agent,
  { name, url, requestBytes, responseBytes }: Behaviour["dependencies"][number],
  path: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "text/plain", "content-length": requestBytes, "geostitch-lab-path": path };
    const outgoing = request(
      `${url}/?${BYTES}=${responseBytes}`,
      { agent, method: "PUT", headers, timeout: 30_000 },
      (response) => {
        response.resume();
        response.once("end", () => {
          if ((response.statusCode ?? 500) < 400) resolve();
          else reject(new Error(`${name} answered ${response.statusCode ?? 0}`));
        });
        response.once("error", reject);
      },
    );
    outgoing.once("timeout", () => outgoing.destroy(new Error(`${name} did not answer in time`)));
    outgoing.once("error", (error) => reject(new Error(`${name}: ${error.message}`)));
    outgoing.end("y".repeat(requestBytes));
  });
}

/** Real work, so that CPU is really used. */
function burn(ms: number): void {
  const end = performance.now() + ms;
  let value = 1;
  while (performance.now() < end) value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  return text;
}

function answer(outgoing: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
}

interface Metrics {
  counts: number[];
  sum: number;
  errors: number;
}

function observe(metrics: Metrics, ms: number): void {
  const index = BOUNDS_MS.findIndex((bound) => ms <= bound);
  const at = index < 0 ? BOUNDS_MS.length : index;
  metrics.counts[at] = (metrics.counts[at] ?? 0) + 1;
  metrics.sum += ms;
}

function renderMetrics({ counts, sum, errors }: Metrics): string {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    const bound = BOUNDS_MS[index];
    return `request_duration_seconds_bucket{le="${bound === undefined ? "+Inf" : bound / 1000}"} ${total}`;
  });
  return [
    "# TYPE request_duration_seconds histogram",
    ...buckets,
    `request_duration_seconds_sum ${sum / 1000}`,
    `request_duration_seconds_count ${total}`,
    "# TYPE request_errors counter",
    `request_errors_total ${errors}`,
    "# EOF",
    "",
  ].join("\n");
}
