import { Agent, request } from "undici";
import { checkHistory, type Attempt, type ReadBack } from "../server/lab/domain/history.ts";

export interface Sample {
  readonly client: number;
  /** When the request was due, not when it could be sent: a stalled client hides nothing. */
  readonly dueMs: number;
  readonly waitedMs: number;
  readonly ok: boolean;
  /** Data centre that answered; null where nobody did. */
  readonly place: string | null;
  readonly detail: string | null;
}

export interface SteadyClients {
  readonly samples: readonly Sample[];
  /** Ends the load, reads every document back and compares it with what was acknowledged. */
  finish(): Promise<{ acknowledged: number; lost: number; doubled: number; unexplained: number }>;
}

export interface SteadyOptions {
  readonly gatewayUrl: string;
  /** `/shop/store` with documents, or any path that is only read. */
  readonly path: string;
  readonly documents: boolean;
  readonly requestsPerSecond: number;
  /** One client each; sent as `X-Forwarded-For` from a trusted address, so that each enters where it lives. */
  readonly addresses: readonly string[];
}

const TIMEOUT_MS = 20_000;
/** Two of three requests write, one reads. */
const READ_EVERY = 3;
/** A document is closed before reading it back becomes the load. */
const REQUESTS_PER_DOCUMENT = 150;

/** Clients with a document each and a fixed beat (open loop); each keeps its connections and checks its own history at the end. */
export function startSteadyClients(options: SteadyOptions): SteadyClients {
  const run = `${Date.now()}`;
  const clients = options.addresses.map((address, index) => new SteadyClient(options, { run, address, index }));
  const everyMs = 1_000 / options.requestsPerSecond;
  const samples: Sample[] = [];
  const startMs = performance.now();
  let tick = 0;
  const timer = setInterval(() => {
    // Beats that a busy event loop missed are made up for, each with the time it was due.
    for (; startMs + tick * everyMs <= performance.now(); tick += 1)
      clients[tick % clients.length]?.fire(startMs + tick * everyMs, samples);
  }, 2);
  return {
    samples,
    finish: async () => {
      clearInterval(timer);
      const totals = { acknowledged: 0, lost: 0, doubled: 0, unexplained: 0 };
      for (const client of clients) await client.finish(totals);
      return totals;
    },
  };
}

interface Identity {
  readonly run: string;
  readonly address: string;
  readonly index: number;
}

interface Totals {
  acknowledged: number;
  lost: number;
  doubled: number;
  unexplained: number;
}

class SteadyClient {
  readonly #options: SteadyOptions;
  readonly #identity: Identity;
  readonly #agent: Agent;
  readonly #documents = new Map<string, Attempt[]>();
  readonly #pending = new Set<Promise<void>>();
  #sent = 0;

  constructor(options: SteadyOptions, identity: Identity) {
    this.#options = options;
    this.#identity = identity;
    this.#agent = new Agent({ connections: 16, localAddress: `127.66.9.${identity.index + 2}` });
  }

  fire(dueMs: number, samples: Sample[]): void {
    const task = this.#once(dueMs, samples).finally(() => this.#pending.delete(task));
    this.#pending.add(task);
  }

  async #once(dueMs: number, samples: Sample[]): Promise<void> {
    const { gatewayUrl, path, documents } = this.#options;
    const { run, index, address } = this.#identity;
    this.#sent += 1;
    const writes = documents && this.#sent % READ_EVERY !== 0;
    const key = `${run}-${index}-${this.#sent}`;
    const document = `${run}-${index}-${Math.floor(this.#sent / REQUESTS_PER_DOCUMENT)}`;
    const suffix = documents ? `/carts/${document}${writes ? "/items" : ""}` : "/";
    const headers = { "x-forwarded-for": address, ...(writes ? { "idempotency-key": key } : {}) };
    const result = await answerTo(this.#agent, `${gatewayUrl}${path}${suffix}`, { headers, writes });
    const attempts = this.#documents.get(document) ?? [];
    this.#documents.set(document, attempts);
    if (writes) attempts.push({ key, outcome: result.ok ? "acknowledged" : "unknown", revision: null });
    samples.push({ client: index, dueMs, waitedMs: performance.now() - dueMs, ...result });
  }

  /** Waits for what is under way, then reads every document back. */
  async finish(totals: Totals): Promise<void> {
    await Promise.all(this.#pending);
    const { gatewayUrl, path, documents } = this.#options;
    for (const [document, attempts] of documents ? this.#documents : []) {
      totals.acknowledged += attempts.filter(({ outcome }) => outcome === "acknowledged").length;
      const url = `${gatewayUrl}${path}/carts/${document}`;
      const answer = await request(url, { dispatcher: this.#agent, headers: { "x-forwarded-for": this.#identity.address } });
      const verdict = checkHistory(attempts, (await answer.body.json()) as ReadBack);
      totals.lost += verdict.lost.length;
      totals.doubled += verdict.doubled.length;
      totals.unexplained += verdict.unexplained.length;
    }
    await this.#agent.destroy();
  }
}

type Outcome = Pick<Sample, "ok" | "place" | "detail">;

async function answerTo(
  dispatcher: Agent,
  url: string,
  { headers, writes }: { headers: Record<string, string>; writes: boolean },
): Promise<Outcome> {
  try {
    const answer = await request(url, {
      method: writes ? "POST" : "GET",
      dispatcher,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { ...headers, ...(writes ? { "content-type": "application/json" } : {}) },
      ...(writes ? { body: JSON.stringify({ item: "thing", quantity: 1 }) } : {}),
    });
    const text = await answer.body.text();
    const place = String(answer.headers["geostitch-data-center"] ?? "") || null;
    const ok = answer.statusCode < 300;
    return { ok, place, detail: ok ? null : `${answer.statusCode} ${text.slice(0, 160)}` };
  } catch (error) {
    return { ok: false, place: null, detail: error instanceof Error ? error.message : String(error) };
  }
}
