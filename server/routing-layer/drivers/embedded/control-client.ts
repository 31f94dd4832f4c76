import { request } from "undici";
import { z } from "zod";
import type { LinkDialer } from "../../../connectivity-management/index.ts";
import { AppError, messageOf } from "../../../platform/app-error.ts";
import { ok, refused, type Result } from "../../../platform/result.ts";
import type { RoutingControl, RoutingObserver } from "../../control-port.ts";
import { placeSchema } from "../../../user-proximity/domain/place.ts";
import { entryLatencySchema, entryStatusSchema, probeAnswerSchema } from "../../domain/snapshot.ts";

export interface ControlClientOptions {
  readonly adminUrl: string;
  readonly token: string;
  readonly dialer: LinkDialer;
  /** Where the orchestrator stands: commands to an entry elsewhere cross the link. */
  readonly place: string | null;
}

const COMMAND_TIMEOUT_MS = 5_000;
const STATUS_TIMEOUT_MS = 2_000;
const statusesSchema = z.object({ items: z.array(entryStatusSchema) });
const versionSchema = z.object({ version: z.number() });
const latenciesSchema = z.object({ items: z.array(entryLatencySchema) });
const placeAnswerSchema = z.object({ place: placeSchema.nullable() });

/** The console's side of it: it asks, and changes nothing. */
export function createEmbeddedGatewayObserver(options: Omit<ControlClientOptions, "place">): RoutingObserver {
  const ask = async (path: string): Promise<unknown> => {
    const call = { ...options, place: null, method: "GET", to: null, path, body: null, timeoutMs: STATUS_TIMEOUT_MS } as const;
    return JSON.parse((await send(call)).text) as unknown;
  };
  return {
    statuses: async () => statusesSchema.parse(await ask("/v1/entries")).items,
    latencies: async () => latenciesSchema.parse(await ask("/v1/latencies")).items,
    locate: async (address) => placeAnswerSchema.parse(await ask(`/v1/places?address=${encodeURIComponent(address)}`)).place,
  };
}

/** The orchestrator's side of the embedded gateway's admin port. */
export function createEmbeddedGatewayControl(options: ControlClientOptions): RoutingControl {
  const entryPath = (entry: string, action: string): string => `/v1/entries/${encodeURIComponent(entry)}/${action}`;
  const post = (to: string, action: string, body: unknown): ReturnType<typeof send> =>
    send({ ...options, method: "POST", to, path: entryPath(to, action), body, timeoutMs: COMMAND_TIMEOUT_MS });
  return {
    publish: async (entry, snapshot, timeoutMs = COMMAND_TIMEOUT_MS) => {
      const answer = await send({
        ...options,
        method: "PUT",
        to: entry,
        path: entryPath(entry, "snapshot"),
        body: snapshot,
        timeoutMs,
      });
      return answer.status === 409 ? stale(answer.text) : ok(versionSchema.parse(JSON.parse(answer.text)));
    },
    hold: async (entry, command) => {
      const answer = await post(entry, "holds", command);
      return answer.status === 409 ? stale(answer.text) : ok(null);
    },
    warm: async (entry, command) => {
      await post(entry, "warm", command);
    },
    probe: async (entry, command) => {
      const answer = await post(entry, "probe", command);
      return probeAnswerSchema.parse(JSON.parse(answer.text)).reached;
    },
    statuses: async () => {
      const answer = await send({
        ...options,
        method: "GET",
        to: null,
        path: "/v1/entries",
        body: null,
        timeoutMs: STATUS_TIMEOUT_MS,
      });
      return statusesSchema.parse(JSON.parse(answer.text)).items;
    },
  };
}

interface Call extends ControlClientOptions {
  readonly method: "GET" | "PUT" | "POST";
  readonly to: string | null;
  readonly path: string;
  readonly body: unknown;
  readonly timeoutMs: number;
}

async function send({
  adminUrl,
  token,
  dialer,
  place,
  method,
  to,
  path,
  body,
  timeoutMs,
}: Call): Promise<{ status: number; text: string }> {
  try {
    const answer = await request(`${adminUrl}${path}`, {
      method,
      dispatcher: dialer.dispatcher(to === null ? null : place, to),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.body.text();
    if (answer.statusCode < 300 || answer.statusCode === 409) return { status: answer.statusCode, text };
    throw new Error(`answered ${answer.statusCode}: ${text.slice(0, 200)}`);
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `the gateway${to === null ? "" : `'s entry at ${to}`} did not take ${method} ${path}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function stale(text: string): Result<never> {
  return refused([{ code: "stale", path: null, message: text.slice(0, 300) }]);
}
