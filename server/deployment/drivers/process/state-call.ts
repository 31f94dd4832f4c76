import { createHash } from "node:crypto";
import { errors, request } from "undici";
import type { LinkDialer } from "../../../connectivity-management/index.ts";

/** One end of a copy: an instance's admin port on this host, or an instance behind the host of another place. */
export interface End {
  /** Before `/geostitch/…`. */
  readonly adminBase: string;
  /** The instance's own address at its host; null here. */
  readonly instanceBase: string | null;
  readonly token: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface Chunk {
  readonly status: number;
  readonly body: Buffer;
  readonly position: string | null;
  readonly digest: string | null;
  /** Whether this is all there was; null where the source does not say, which the contract leaves open. */
  readonly complete: boolean | null;
  /** The seal's answer, where the source was sealed before it was read. */
  readonly sealed: string | null;
}

export interface CallOptions {
  readonly dialer: LinkDialer;
  readonly component: string;
  readonly epoch: number;
  readonly commandId: string;
  /** Ends when nobody waits for the outcome any more. */
  readonly signal?: AbortSignal;
}

export interface Body {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

interface Request {
  readonly end: End;
  readonly method: "GET" | "PUT" | "POST";
  readonly url: string;
  readonly id: string;
  readonly body?: Body;
}

/** Silence ends a call, not its length: state may be large, and a link slow. Who ordered the copy ends it otherwise. */
const SILENCE_MAX_MS = 30_000;

/** The commands of the snapshot protocol as a host gives them, to an instance of its own or through the host of another. */
export function createStateCalls(options: CallOptions) {
  const idOf = (path: string): string => `${options.commandId}.${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
  const get = (end: End, path: string): Promise<Chunk> =>
    send(options, { end, method: "GET", url: `${end.adminBase}${path}`, id: idOf(path) });
  const read = (end: End, since: string): Promise<Chunk> => get(end, `/geostitch/state?since=${encodeURIComponent(since)}`);
  return {
    read,
    /** Seals and reads; a source behind another host does both in one exchange, so that the link is crossed once. */
    readSealed: async (end: End, since: string, sealAs: string): Promise<Chunk> => {
      if (end.instanceBase !== null) {
        const url = `${end.instanceBase}/sealed-state?since=${encodeURIComponent(since)}`;
        return await send(options, { end, method: "POST", url, id: sealAs });
      }
      const seal = await send(options, { end, method: "POST", url: `${end.adminBase}/geostitch/seal`, id: sealAs });
      if (seal.status !== 200) return seal;
      return { ...(await read(end, since)), sealed: seal.body.toString("utf8") };
    },
    write: (end: End, id: string, body: Body): Promise<Chunk> =>
      send(options, { end, method: "PUT", url: `${end.adminBase}/geostitch/state`, id, body }),
    /** Where the receiver stands, as it says itself. */
    positionOf: async (end: End): Promise<string> => {
      const answer = await get(end, "/geostitch/state/digest");
      if (answer.status !== 200) throw new Error(`the receiver's position cannot be read: ${answer.status}`);
      return String((JSON.parse(answer.body.toString("utf8")) as { position: string | number }).position);
    },
  };
}

export type StateCalls = ReturnType<typeof createStateCalls>;

async function send({ dialer, component, epoch, signal }: CallOptions, { end, method, url, id, body }: Request): Promise<Chunk> {
  const headers = {
    authorization: `Bearer ${end.token}`,
    "geostitch-epoch": String(epoch),
    "geostitch-command-id": id,
    "geostitch-component": component,
    ...(body ? { "content-type": "application/octet-stream", ...body.headers } : {}),
  };
  const answer = await request(url, {
    method,
    headers,
    dispatcher: dialer.dispatcher(end.from, end.to),
    headersTimeout: SILENCE_MAX_MS,
    bodyTimeout: SILENCE_MAX_MS,
    ...(signal ? { signal } : {}),
    ...(body ? { body: body.bytes } : {}),
  }).catch((error: unknown) => silent(error, end));
  const bytes = Buffer.from(await answer.body.arrayBuffer().catch((error: unknown) => silent(error, end)));
  const said = (name: string): string | null => first(answer.trailers[name]) ?? first(answer.headers[name]);
  const sealed = said("geostitch-sealed-state");
  const complete = said("geostitch-complete");
  return {
    status: answer.statusCode,
    body: bytes,
    position: said("geostitch-position"),
    digest: said("geostitch-digest"),
    complete: complete === null ? null : complete === "true",
    sealed: sealed === null ? null : decodeURIComponent(sealed),
  };
}

function silent(error: unknown, { to }: End): never {
  if (!(error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)) throw error;
  throw new Error(`the instance ${to === null ? "here" : `in ${to}`} said nothing for ${SILENCE_MAX_MS / 1000} s`, {
    cause: error,
  });
}

const first = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? (value[0] ?? null) : (value ?? null);
