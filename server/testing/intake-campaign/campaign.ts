import { createHmac } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Agent as Dispatcher, request } from "undici";
import { rebin } from "../../kpi-intake/domain/histogram.ts";
import { toPairs } from "../../kpi-intake/domain/packed-counts.ts";
import { seededRandom } from "../../lab/domain/demand.ts";
import type { Agent, Installation } from "./installation.ts";

export interface Answer {
  /** Null: the connection broke before there was one. */
  readonly status: number | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Delivery {
  readonly id: string;
  readonly sender: Agent;
  readonly body: string | Buffer;
  /** Seconds from now that its time of sending is said to be. */
  readonly skewSeconds?: number;
  /** Instead of, or missing from, the headers that are right. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export interface Sample {
  readonly instance: string;
  readonly at: string;
  readonly requests: number;
}

const TOO_MANY_TRIES = 50;

/** One run: what is sent, what must have come of it, and what did not. Everything random comes from the seed. */
export class Campaign {
  readonly installation: Installation;
  readonly count: number;
  readonly misses: string[] = [];
  /** Requests by instance and time that were said to be taken. */
  readonly #kept = new Map<string, number>();
  readonly #traffic = new Map<string, number>();
  readonly #dispatcher = new Dispatcher({ connections: 32, headersTimeout: 20_000, bodyTimeout: 20_000 });
  readonly #baseMs = Date.now() - 3 * 3_600_000;
  readonly #next: () => number;
  deliveries = 0;
  serverErrors = 0;
  #times = 0;
  #ids = 0;

  constructor(installation: Installation, options: { readonly count: number; readonly seed: number }) {
    this.installation = installation;
    this.count = options.count;
    this.#next = seededRandom(options.seed);
  }

  /** A whole number below `below`. */
  random(below: number): number {
    return Math.floor(this.#next() * below);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const mixed = [...items];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = this.random(last + 1);
      [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
    }
    return mixed;
  }

  id(): string {
    this.#ids += 1;
    return `msg_${this.#ids}`;
  }

  /** Samples of times that no other sample of the run has. */
  samples(many: number, { component = "cart", ageMs }: { component?: string; ageMs?: number } = {}): Sample[] {
    return Array.from({ length: many }, () => {
      this.#times += 1;
      const base = ageMs === undefined ? this.#baseMs : Date.now() - ageMs;
      return {
        instance: `shop.${component}.${1 + this.random(3)}`,
        at: new Date(base + this.#times).toISOString(),
        requests: 1 + this.random(50),
      };
    });
  }

  async send(delivery: Delivery, intake = this.random(2)): Promise<Answer> {
    this.deliveries += 1;
    return await this.post(this.installation.intakes[intake] ?? "", delivery);
  }

  async post(url: string, { id, sender, body, skewSeconds = 0, headers = {} }: Delivery): Promise<Answer> {
    const timestamp = String(Math.floor(Date.now() / 1000) + skewSeconds);
    const sent: Record<string, string | null> = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatureOf(sender.secret, { id, timestamp, body }),
      "geostitch-agent": sender.id,
      ...headers,
    };
    const real = Object.fromEntries(Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== null));
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#once(`${url}/api/webhooks/kpi`, real, body);
      if (answer.status !== null && answer.status >= 500) this.serverErrors += 1;
      // As an agent does: what is too much now is sent again.
      if (answer.status !== 429 || tries === TOO_MANY_TRIES) return answer;
      await delay(200);
    }
  }

  /** Headers that fit these bytes, whatever is sent under them. */
  signature({ id, sender, body }: Pick<Delivery, "id" | "sender" | "body">): Record<string, string> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    return { "webhook-timestamp": timestamp, "webhook-signature": signatureOf(sender.secret, { id, timestamp, body }) };
  }

  async #once(url: string, headers: Record<string, string>, body: string | Buffer): Promise<Answer> {
    try {
      const answer = await request(url, { method: "POST", headers, body, dispatcher: this.#dispatcher });
      const text = await answer.body.text();
      return { status: answer.statusCode, body: JSON.parse(text) as Record<string, unknown> };
    } catch {
      return { status: null, body: {} };
    }
  }

  /** What a delivery brought must be there at the end, once. */
  keep(samples: readonly Sample[]): void {
    for (const { instance, at, requests } of samples) this.#kept.set(`${instance} ${at}`, requests);
  }

  keepTraffic(component: string, requests: number): void {
    this.#traffic.set(component, (this.#traffic.get(component) ?? 0) + requests);
  }

  check(holds: boolean, what: string): void {
    if (!holds) this.misses.push(what);
  }

  refused(answer: Answer, status: number, what: string): void {
    const said = `${answer.status ?? "no answer"} ${JSON.stringify(answer.body).slice(0, 200)}`;
    this.check(answer.status === status, `${what}: expected ${status}, got ${said}`);
    if (status === 400) this.check(hasPaths(answer), `${what}: a 400 without a path: ${said}`);
  }

  taken(answer: Answer, accepted: number, what: string): void {
    const isRight = answer.status === 202 && answer.body["accepted"] === accepted && answer.body["duplicate"] === false;
    this.check(
      isRight,
      `${what}: expected to be taken, got ${answer.status ?? "no answer"} ${JSON.stringify(answer.body).slice(0, 200)}`,
    );
  }

  duplicate(answer: Answer, what: string): void {
    const isRight = answer.status === 202 && answer.body["accepted"] === 0 && answer.body["duplicate"] === true;
    this.check(
      isRight,
      `${what}: expected a duplicate, got ${answer.status ?? "no answer"} ${JSON.stringify(answer.body).slice(0, 200)}`,
    );
  }

  /** The database against what was answered: rows that are missing, and rows or requests that are too many. */
  async audit(): Promise<{ lost: number; doubled: number }> {
    const { pool } = this.installation.database;
    const { rows } = await pool.query<{ instance: string; at: Date; requests: number }>(
      "select instance, at, requests from kpi_sample",
    );
    const stored = new Map(rows.map(({ instance, at, requests }) => [`${instance} ${at.toISOString()}`, requests]));
    const lost = [...this.#kept].filter(([key, requests]) => stored.get(key) !== requests).length;
    const extra = [...stored.keys()].filter((key) => !this.#kept.has(key)).length;
    const traffic = await pool.query<{ component_key: string; requests: number }>(
      "select component_key, sum(requests)::float8 as requests from traffic_sample group by 1",
    );
    const seen = new Map(traffic.rows.map(({ component_key: name, requests }) => [name, requests]));
    const names = new Set([...seen.keys(), ...this.#traffic.keys()]);
    const differences = [...names].map((name) => (seen.get(name) ?? 0) - (this.#traffic.get(name) ?? 0));
    return {
      lost: lost + differences.filter((difference) => difference < 0).length,
      doubled: extra + differences.filter((difference) => difference > 0).length,
    };
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

const hasPaths = ({ body }: Answer): boolean => {
  const errors = body["errors"];
  return Array.isArray(errors) && errors.length > 0 && errors.every(({ path }: { path?: unknown }) => typeof path === "string");
};

function signatureOf(secret: string, { id, timestamp, body }: { id: string; timestamp: string; body: string | Buffer }): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64")}`;
}

export const batchOf = (samples: readonly Sample[]): string =>
  JSON.stringify({
    type: "kpi.batch.v1",
    timestamp: new Date().toISOString(),
    data: {
      samples: samples.map(({ requests, ...sample }) => ({
        ...sample,
        windowMs: 10_000,
        requests,
        errors: 0,
        latencyMs: { bounds: [5, 10, 25], counts: [requests, 0, 0, 0], sum: requests * 3 },
        cpuMillicores: 90,
        memoryMiB: 64,
      })),
    },
  });

/** A gateway's report; its component is a name of its own, so that what it brought can be counted. */
export const trafficOf = (component: string, requests: number): string =>
  JSON.stringify({
    type: "gateway.traffic.v1",
    timestamp: new Date().toISOString(),
    data: {
      at: new Date().toISOString(),
      samples: [
        {
          component,
          entry: "east",
          dataCenter: "east",
          user: true,
          country: null,
          region: null,
          cell: null,
          requests,
          errors: 0,
          latency: toPairs(rebin([10], [requests, 0])),
          sumMs: requests,
        },
      ],
    },
  });
