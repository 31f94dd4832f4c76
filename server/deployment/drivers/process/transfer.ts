import { createHash } from "node:crypto";
import { request } from "undici";
import { type LinkDialer } from "../../../connectivity-management/index.ts";
import { messageOf } from "../../../platform/app-error.ts";
import { type TransferCommand, type TransferResult } from "../../domain/host-protocol.ts";

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

/** Copies chunk by chunk from the source's position to its newest; each chunk is checked by the receiver before the next. */
export async function runTransfer(options: TransferOptions): Promise<TransferAnswer> {
  const startedMs = performance.now();
  const { source, target } = endsOf(options);
  const call = makeCall(options);
  let bytes = 0;
  let chunks = 0;
  let digest: string | null = null;
  try {
    const first = options.command.since ?? (await positionOf(call, target));
    let position = first;
    for (; chunks < CHUNKS_MAX && bytes < options.command.bytesMax;) {
      const chunk = await call(source, "GET", `/geostitch/state?since=${encodeURIComponent(position)}`);
      if (chunk.status !== 200)
        return refuse(
          chunk.status === 409 ? 409 : 502,
          chunk.status === 409 ? "gap" : "peer",
          `the source answered ${chunk.status}: ${chunk.body.toString("utf8", 0, 200)}`,
        );
      digest = chunk.digest ?? digest;
      if (chunk.position === null) return refuse(502, "peer", "the source gave no geostitch-position");
      if (chunk.position === position)
        return {
          ok: true,
          value: { from: first, to: position, bytes, chunks, digest, complete: true, durationMs: performance.now() - startedMs },
        };
      const put = await call(target, "PUT", "/geostitch/state", {
        body: chunk.body,
        from: position,
        to: chunk.position,
        digest: chunk.digest,
        id: `${options.commandId}.${chunks}`,
      });
      if (put.status === 409) return refuse(409, "gap", `the target answered 409: ${put.body.toString("utf8", 0, 200)}`);
      if (put.status === 422) return refuse(422, "digest", `the target answered 422: ${put.body.toString("utf8", 0, 200)}`);
      if (put.status >= 300)
        return refuse(502, "peer", `the target answered ${put.status}: ${put.body.toString("utf8", 0, 200)}`);
      bytes += chunk.body.length;
      chunks += 1;
      position = chunk.position;
      // A source that says how much is left saves the last empty question, which costs a round trip over the link.
      if (chunk.complete)
        return {
          ok: true,
          value: { from: first, to: position, bytes, chunks, digest, complete: true, durationMs: performance.now() - startedMs },
        };
    }
    return {
      ok: true,
      value: { from: first, to: position, bytes, chunks, digest, complete: false, durationMs: performance.now() - startedMs },
    };
  } catch (error) {
    return refuse(502, "peer", messageOf(error));
  }
}

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
