import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isDatabaseAway } from "../platform/db/client.ts";
import type { Logger } from "../platform/logger.ts";
import { findUntimely, kpiBatchSchema, TRAFFIC_LATE_MS_MAX, untimely } from "./domain/kpi-batch.ts";
import { isLinkBatch, linkBatchSchema, type LinkSample } from "./domain/link-batch.ts";
import { findRefusedLink } from "./link-places.ts";
import { trafficBatchSchema, type TrafficSample } from "./domain/traffic.ts";
import { badInput, parseBody, readRaw } from "./read-delivery.ts";
import { Refusal, refusedAt } from "./refusal.ts";
import { authenticate, placeSamples, single, type SenderDeps } from "./sender.ts";
import type { PlacedSample, Stored } from "./store-port.ts";

export interface IntakeDeps extends SenderDeps {
  readonly logger: Logger;
  readonly storeKpis: (delivery: Delivery, samples: readonly PlacedSample[]) => Promise<Stored>;
  readonly storeTraffic: (delivery: Delivery, at: Date, samples: readonly TrafficSample[]) => Promise<Stored>;
  readonly storeLinks: (delivery: Delivery, samples: readonly LinkSample[]) => Promise<Stored>;
  readonly onBatch: (result: string, samples: number) => void;
  /** `/healthz`, `/readyz`, `/metrics`. */
  readonly own: (path: string, outgoing: ServerResponse) => boolean;
  /** Called when a batch is durable and not yet answered; in production nothing happens there. */
  readonly fault?: (point: string) => void;
}

interface Delivery {
  readonly agent: string;
  readonly webhookId: string;
}

const BATCHES_PER_SECOND_MAX = 500;
/** More bodies than this at once are more than this process should hold. */
const IN_HAND_MAX = 256;
const CONNECTIONS_MAX = 4_096;

/** The KPI webhook (Standard Webhooks). A batch is answered 202 only when it is durable; whatever is refused stores nothing. */
export function createIntake(deps: IntakeDeps): Server {
  const limit = rateLimit(BATCHES_PER_SECOND_MAX);
  let inHand = 0;
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (incoming, outgoing) => {
    const path = (incoming.url ?? "/").split("?")[0] ?? "/";
    if (deps.own(path, outgoing)) return;
    inHand += 1;
    take(deps, { limit, crowded: inHand > IN_HAND_MAX }, path, incoming)
      .then((stored) => {
        deps.fault?.("intake:after-commit");
        deps.onBatch(stored.duplicate ? "duplicate" : "accepted", stored.accepted);
        answer(outgoing, 202, stored);
      })
      .catch((error: unknown) => refuse(deps, outgoing, error))
      .finally(() => (inHand -= 1));
  });
  server.maxConnections = CONNECTIONS_MAX;
  return Object.assign(server, { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
}

const tooMany = (detail: string): Refusal => new Refusal(429, "too-many-requests", detail, { retryAfter: 1 });

async function take(
  deps: IntakeDeps,
  load: { readonly limit: (agent: string) => boolean; readonly crowded: boolean },
  path: string,
  incoming: IncomingMessage,
): Promise<Stored> {
  if (path !== "/api/webhooks/kpi") throw new Refusal(404, "not-found", `nothing is at ${path.slice(0, 200)}`);
  if (incoming.method !== "POST") throw new Refusal(405, "method", "expected POST");
  if (load.crowded) throw tooMany(`expected at most ${IN_HAND_MAX} batches at once`);
  const raw = await readRaw(incoming);
  const agent = single(incoming.headers["geostitch-agent"]);
  const sender = await authenticate(deps, agent, incoming, raw);
  // Counted for who signs, not for who is named: nobody can use up another's share.
  if (!load.limit(agent)) throw tooMany(`expected at most ${BATCHES_PER_SECOND_MAX} batches a second`);
  const delivery = { agent, webhookId: single(incoming.headers["webhook-id"]) };
  const body = parseBody(raw);
  if (sender.gateway) return await takeTraffic(deps, delivery, body);
  return isLinkBatch(body)
    ? await takeLinks(deps, delivery, sender.components, body)
    : await takeKpis(deps, delivery, sender.components, body);
}

async function takeTraffic(deps: IntakeDeps, delivery: Delivery, body: unknown): Promise<Stored> {
  const batch = trafficBatchSchema.safeParse(body);
  if (!batch.success) throw badInput(batch.error.issues);
  const { at, samples } = batch.data.data;
  const message = untimely(at, new Date(), TRAFFIC_LATE_MS_MAX);
  if (message !== null) throw refusedAt("data.at", message);
  return await deps.storeTraffic(delivery, new Date(at), samples);
}

async function takeLinks(deps: IntakeDeps, delivery: Delivery, components: readonly string[], body: unknown): Promise<Stored> {
  const batch = linkBatchSchema.safeParse(body);
  if (!batch.success) throw badInput(batch.error.issues);
  const { samples } = batch.data.data;
  const late = findUntimely(samples, new Date());
  if (late) throw refusedAt(late.path, late.message);
  const refused = await findRefusedLink(deps.pool, components, samples);
  if (refused?.kind === "unknown") throw refusedAt(refused.path, refused.message);
  if (refused) throw new Refusal(403, "place", `${refused.path}: ${refused.message}`);
  return await deps.storeLinks(delivery, samples);
}

async function takeKpis(deps: IntakeDeps, delivery: Delivery, components: readonly string[], body: unknown): Promise<Stored> {
  const batch = kpiBatchSchema.safeParse(body);
  if (!batch.success) throw badInput(batch.error.issues);
  const { samples } = batch.data.data;
  const late = findUntimely(samples, new Date());
  if (late) throw refusedAt(late.path, late.message);
  return await deps.storeKpis(delivery, await placeSamples(deps.pool, components, samples));
}

function refuse(deps: IntakeDeps, outgoing: ServerResponse, error: unknown): void {
  // Whoever left before the end of the body waits for no answer.
  if (outgoing.destroyed || outgoing.socket?.destroyed) return;
  const known = refusalOf(error);
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
  // What is left of such a body is not read: the connection ends with the answer.
  if (known.status === 413) outgoing.setHeader("connection", "close");
  answer(outgoing, known.status, body, "application/problem+json");
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isDatabaseAway(error)) return new Refusal(503, "database", "the database does not answer", { retryAfter: 2 });
  return new Refusal(500, "internal", "something went wrong here; the log has it");
}

function answer(outgoing: ServerResponse, status: number, body: unknown, type = "application/json"): void {
  if (outgoing.headersSent) return;
  const text = JSON.stringify(body);
  outgoing.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
}

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
