import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type pg from "pg";
import { isDatabaseAway } from "../platform/db/client.ts";
import type { Logger } from "../platform/logger.ts";
import { findUnfit } from "../platform/plain-data.ts";
import { findUntimely, kpiBatchSchema, type KpiSample } from "./domain/kpi-batch.ts";
import { isLinkBatch, linkBatchSchema, type LinkSample } from "./domain/link-batch.ts";
import { findRefusedLink } from "./link-places.ts";
import { isSigned } from "./signature.ts";
import { trafficBatchSchema, type TrafficSample } from "./domain/traffic.ts";
import type { PlacedSample, Stored } from "./store-port.ts";

export interface IntakeDeps {
  readonly pool: pg.Pool;
  readonly gatewaySecret: string;
  readonly logger: Logger;
  readonly storeKpis: (delivery: Delivery, samples: readonly PlacedSample[]) => Promise<Stored>;
  readonly storeTraffic: (delivery: Delivery, at: Date, samples: readonly TrafficSample[]) => Promise<Stored>;
  readonly storeLinks: (delivery: Delivery, samples: readonly LinkSample[]) => Promise<Stored>;
  readonly onBatch: (result: string, samples: number) => void;
  /** `/healthz`, `/readyz`, `/metrics`. */
  readonly own: (path: string, outgoing: ServerResponse) => boolean;
}

interface Delivery {
  readonly agent: string;
  readonly webhookId: string;
}

const BODY_BYTES_MAX = 1024 * 1024;
const REQUESTS_PER_SECOND_MAX = 500;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly { path: string; message: string }[];
  readonly retryAfter: number | null;
  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: readonly { path: string; message: string }[]; retryAfter?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter ?? null;
  }
}

/** The KPI webhook (Standard Webhooks). A batch is answered 202 only when it is durable; whatever is refused stores nothing. */
export function createIntake(deps: IntakeDeps): Server {
  const limit = rateLimit(REQUESTS_PER_SECOND_MAX);
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (incoming, outgoing) => {
    const path = (incoming.url ?? "/").split("?")[0] ?? "/";
    if (deps.own(path, outgoing)) return;
    handle(deps, limit, path, incoming)
      .then((stored) => {
        deps.onBatch(stored.duplicate ? "duplicate" : "accepted", stored.accepted);
        answer(outgoing, 202, stored);
      })
      .catch((error: unknown) => refuse(deps, outgoing, error));
  });
  return Object.assign(server, { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
}

async function handle(
  deps: IntakeDeps,
  limit: (key: string) => boolean,
  path: string,
  incoming: IncomingMessage,
): Promise<Stored> {
  if (path !== "/api/webhooks/kpi") throw new Refusal(404, "not-found", `nothing is at ${path}`);
  if (incoming.method !== "POST") throw new Refusal(405, "method", "expected POST");
  const agent = single(incoming.headers["geostitch-agent"]);
  if (!limit(agent))
    throw new Refusal(429, "too-many-requests", `expected at most ${REQUESTS_PER_SECOND_MAX} batches a second`, {
      retryAfter: 1,
    });
  const raw = await readRaw(incoming);
  const sender = await authenticate(deps, agent, incoming, raw);
  const delivery = { agent, webhookId: single(incoming.headers["webhook-id"]) };
  const body = parseBody(raw);
  if (sender.gateway) {
    const batch = trafficBatchSchema.safeParse(body);
    if (!batch.success) throw badInput(batch.error.issues);
    return await deps.storeTraffic(delivery, new Date(batch.data.data.at), batch.data.data.samples);
  }
  if (isLinkBatch(body)) return await takeLinks(deps, sender, delivery, body);
  const batch = kpiBatchSchema.safeParse(body);
  if (!batch.success) throw badInput(batch.error.issues);
  const untimely = findUntimely(batch.data.data.samples, new Date());
  if (untimely) throw refusedAt(untimely.path, untimely.message);
  return await deps.storeKpis(delivery, await place(deps, sender.components, batch.data.data.samples));
}

async function takeLinks(deps: IntakeDeps, { components }: Sender, delivery: Delivery, body: unknown): Promise<Stored> {
  const batch = linkBatchSchema.safeParse(body);
  if (!batch.success) throw badInput(batch.error.issues);
  const { samples } = batch.data.data;
  const untimely = findUntimely(samples, new Date());
  if (untimely) throw refusedAt(untimely.path, untimely.message);
  const refused = await findRefusedLink(deps.pool, components, samples);
  if (refused?.kind === "unknown") throw refusedAt(refused.path, refused.message);
  if (refused) throw new Refusal(403, "place", `${refused.path}: ${refused.message}`);
  return await deps.storeLinks(delivery, samples);
}

interface Sender {
  readonly gateway: boolean;
  readonly components: readonly string[];
}

/** One same answer for everything that is wrong with a signature: it must not teach. */
const unauthenticated = (): Refusal =>
  new Refusal(401, "unauthenticated", "expected a valid Standard Webhooks signature of a known agent, within 300 s");

async function authenticate(deps: IntakeDeps, agent: string, incoming: IncomingMessage, raw: Buffer): Promise<Sender> {
  if (agent === "gateway") {
    if (!verifies(deps.gatewaySecret, incoming, raw)) throw unauthenticated();
    return { gateway: true, components: [] };
  }
  const { rows } = await deps.pool.query<{ secret: string; previous_secret: string | null; components: string[] }>(
    "select secret, previous_secret, components from agent where id = $1 and revoked_at is null",
    [agent],
  );
  const [row] = rows;
  const secrets = row ? [row.secret, row.previous_secret].filter((secret) => secret !== null) : [];
  if (!row || !secrets.some((secret) => verifies(secret, incoming, raw))) throw unauthenticated();
  return { gateway: false, components: row.components };
}

function verifies(secret: string, incoming: IncomingMessage, raw: Buffer): boolean {
  const { headers } = incoming;
  const [id, timestamp, signature] = [headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"]].map(
    single,
  );
  return isSigned({ id: id ?? "", timestamp: timestamp ?? "", signature: signature ?? "", raw }, secret, new Date());
}

const isUtf8 = (raw: Buffer): boolean => Buffer.from(raw.toString("utf8"), "utf8").equals(raw);

/** An instance must be one of this agent's components; its place is the registry's to say. */
async function place(deps: IntakeDeps, components: readonly string[], samples: readonly KpiSample[]): Promise<PlacedSample[]> {
  const names = [...new Set(samples.map((sample) => sample.instance))];
  const { rows } = await deps.pool.query<{ name: string; component_key: string; data_center: string }>(
    "select name, component_key, data_center from instance where name = any($1)",
    [names],
  );
  const known = new Map(rows.map((row) => [row.name, row]));
  return samples.map((sample, index) => {
    const row = known.get(sample.instance);
    if (!row || !components.includes(row.component_key))
      throw new Refusal(403, "instance", `data.samples.${index}.instance: ${sample.instance.slice(0, 100)} is not this agent's`);
    return { ...sample, component: row.component_key, dataCenter: row.data_center };
  });
}

async function readRaw(incoming: IncomingMessage): Promise<Buffer> {
  const tooLarge = new Refusal(413, "too-large", "expected at most 1 MiB");
  if (Number(incoming.headers["content-length"] ?? "0") > BODY_BYTES_MAX) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const refusedAt = (path: string, message: string): Refusal =>
  new Refusal(400, "bad-input", `${path}: ${message}`, { errors: [{ path, message }] });

function parseBody(raw: Buffer): unknown {
  if (!isUtf8(raw)) throw refusedAt("(body)", "expected UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(raw.toString("utf8"));
  } catch {
    throw refusedAt("(body)", "expected JSON");
  }
  const unfit = findUnfit(value);
  if (unfit) throw refusedAt(unfit.path === "" ? "(body)" : unfit.path, unfit.message);
  return value;
}

function badInput(
  issues: readonly { path: readonly PropertyKey[]; message: string; code: string; keys?: readonly string[] | undefined }[],
): Refusal {
  const errors = issues.slice(0, 20).map((issue) => ({
    path: [...issue.path.map(String), ...(issue.keys?.slice(0, 1) ?? [])].join(".") || "(body)",
    message: issue.message,
  }));
  return new Refusal(400, "bad-input", errors[0] ? `${errors[0].path}: ${errors[0].message}` : "bad input", { errors });
}

function refuse(deps: IntakeDeps, outgoing: ServerResponse, error: unknown): void {
  const known =
    error instanceof Refusal
      ? error
      : isDatabaseAway(error)
        ? new Refusal(503, "database", "the database does not answer", { retryAfter: 2 })
        : new Refusal(500, "internal", "something went wrong here; the log has it");
  if (known.status >= 500) deps.logger.error({ err: error }, "a batch could not be taken");
  deps.onBatch(known.code, 0);
  const body = {
    type: `urn:geostitch:problem:${known.code}`,
    title: known.code,
    status: known.status,
    detail: known.message,
    code: known.code,
    ...(known.status === 400 ? { errors: known.errors } : {}),
  };
  if (known.status === 405) outgoing.setHeader("allow", "POST");
  if (known.retryAfter !== null) outgoing.setHeader("retry-after", String(known.retryAfter));
  // The rest of a body that is too large is not read: the connection ends with the answer.
  if (known.status === 413) outgoing.setHeader("connection", "close");
  answer(outgoing, known.status, body, "application/problem+json");
}

function answer(outgoing: ServerResponse, status: number, body: unknown, type = "application/json"): void {
  if (outgoing.headersSent) return;
  const text = JSON.stringify(body);
  outgoing.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
}

const single = (value: string | string[] | undefined): string => (Array.isArray(value) ? "" : (value ?? ""));

/** A window of one second for each key. */
function rateLimit(max: number): (key: string) => boolean {
  let second = 0;
  let counts = new Map<string, number>();
  return (key) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      second = now;
      counts = new Map();
    }
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= max;
  };
}
