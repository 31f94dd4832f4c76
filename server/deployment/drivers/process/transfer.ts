import { createHash } from "node:crypto";
import { request } from "undici";
import type { LinkDialer } from "../../../connectivity-management/index.ts";
import { messageOf } from "../../../platform/app-error.ts";
import type { TransferCommand, TransferResult } from "../../domain/host-protocol.ts";

/** One end of a copy: an admin port here, or the same behind another place's host. */
interface End {
  readonly base: string;
  readonly token: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface TransferOptions {
  readonly command: TransferCommand;
  readonly local: { readonly place: string; readonly adminPort: number; readonly token: string };
  readonly hostUrl: string;
  readonly hostToken: string;
  readonly dialer: LinkDialer;
  readonly component: string;
  readonly epoch: number;
  readonly commandId: string;
}

export type TransferAnswer =
  | { readonly ok: true; readonly value: TransferResult }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly detail: string };

const TIMEOUT_MS = 30_000;
const CHUNKS_MAX = 10_000;

/** Copies chunk by chunk from the receiver's position to the source's newest; each chunk is checked by the receiver before the next. */
export async function runTransfer(options: TransferOptions): Promise<TransferAnswer> {
  const startedMs = performance.now();
  const ends = endsOf(options);
  const call = makeCall(options);
  const copied: Copied = { bytes: 0, chunks: 0, digest: null, complete: false, gaps: 0 };
  try {
    const first = options.command.since ?? (await positionOf(call, ends.target));
    let position = first;
    while (!copied.complete && copied.chunks < CHUNKS_MAX && copied.bytes < options.command.bytesMax) {
      const next = await copyChunk(call, ends, { position, commandId: options.commandId }, copied);
      if (typeof next !== "string") return next;
      position = next;
    }
    const { bytes, chunks, digest, complete } = copied;
    return {
      ok: true,
      value: { from: first, to: position, bytes, chunks, digest, complete, durationMs: performance.now() - startedMs },
    };
  } catch (error) {
    return refuse(502, "peer", messageOf(error));
  }
}

interface Copied {
  bytes: number;
  chunks: number;
  digest: string | null;
  complete: boolean;
  gaps: number;
}

/** Answers the receiver's next position, or why the copy ends. */
async function copyChunk(
  call: Call,
  ends: { source: End; target: End },
  at: { position: string; commandId: string },
  copied: Copied,
): Promise<string | TransferAnswer> {
  const chunk = await call(ends.source, "GET", `/geostitch/state?since=${encodeURIComponent(at.position)}`);
  if (chunk.status === 409) return refuse(409, "gap", `the source answered 409: ${textOf(chunk)}`);
  if (chunk.status !== 200 || chunk.position === null)
    return refuse(502, "peer", `the source answered ${chunk.status} without a state: ${textOf(chunk)}`);
  copied.digest = chunk.digest ?? copied.digest;
  // A source that says that this is all saves the last, empty question, which costs a round trip over the link.
  copied.complete = chunk.complete || chunk.position === at.position;
  if (chunk.position === at.position) return at.position;
  const put = await call(ends.target, "PUT", "/geostitch/state", {
    body: chunk.body,
    from: at.position,
    to: chunk.position,
    digest: chunk.digest,
    id: `${at.commandId}.${copied.chunks}`,
  });
  if (put.status === 409 && copied.gaps === 0) {
    // The answer to an earlier try may have been lost: the receiver itself knows where it is.
    copied.gaps = 1;
    copied.complete = false;
    return await positionOf(call, ends.target);
  }
  if (put.status === 409) return refuse(409, "gap", `the target answered 409: ${textOf(put)}`);
  if (put.status === 422) return refuse(422, "digest", `the target answered 422: ${textOf(put)}`);
  if (put.status >= 300) return refuse(502, "peer", `the target answered ${put.status}: ${textOf(put)}`);
  copied.bytes += chunk.body.length;
  copied.chunks += 1;
  return chunk.position;
}

const textOf = (chunk: Chunk): string => chunk.body.toString("utf8", 0, 200);

const refuse = (status: number, code: string, detail: string): TransferAnswer => ({ ok: false, status, code, detail });

function endsOf({ command, local, hostUrl, hostToken }: TransferOptions): { source: End; target: End } {
  const here: End = { base: `http://127.0.0.1:${local.adminPort}`, token: local.token, from: null, to: null };
  const there: End = {
    base: `${hostUrl}/v1/instances/${encodeURIComponent(command.peer.instance)}/admin`,
    token: hostToken,
    from: local.place,
    to: command.peer.dataCenter,
  };
  return command.direction === "push" ? { source: here, target: there } : { source: there, target: here };
}

interface Put {
  readonly body: Buffer;
  readonly from: string;
  readonly to: string;
  readonly digest: string | null;
  readonly id: string;
}

interface Chunk {
  readonly status: number;
  readonly body: Buffer;
  readonly position: string | null;
  readonly digest: string | null;
  readonly complete: boolean;
}

type Call = (end: End, method: "GET" | "PUT", path: string, put?: Put) => Promise<Chunk>;

function makeCall({ dialer, component, epoch, commandId }: TransferOptions): Call {
  return async (end, method, path, put) => {
    const id = put?.id ?? `${commandId}.${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
    const headers: Record<string, string> = {
      authorization: `Bearer ${end.token}`,
      "geostitch-epoch": String(epoch),
      "geostitch-command-id": id,
      "geostitch-component": component,
    };
    if (put)
      Object.assign(headers, {
        "content-type": "application/octet-stream",
        "geostitch-from": put.from,
        "geostitch-to": put.to,
        ...(put.digest === null ? {} : { "geostitch-digest": put.digest }),
      });
    const answer = await request(`${end.base}${path}`, {
      method,
      headers,
      dispatcher: dialer.dispatcher(end.from, end.to),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(put ? { body: put.body } : {}),
    });
    const body = Buffer.from(await answer.body.arrayBuffer());
    const trailer = (name: string): string | null => first(answer.trailers[name]) ?? first(answer.headers[name]);
    return {
      status: answer.statusCode,
      body,
      position: trailer("geostitch-position"),
      digest: trailer("geostitch-digest"),
      complete: trailer("geostitch-complete") === "true",
    };
  };
}

const first = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? (value[0] ?? null) : (value ?? null);

async function positionOf(call: Call, end: End): Promise<string> {
  const answer = await call(end, "GET", "/geostitch/state/digest");
  if (answer.status !== 200) throw new Error(`the receiver's position cannot be read: ${answer.status}`);
  return String((JSON.parse(answer.body.toString("utf8")) as { position: string | number }).position);
}
