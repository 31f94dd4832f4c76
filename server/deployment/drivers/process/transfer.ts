import type { LinkDialer } from "../../../connectivity-management/index.ts";
import { messageOf } from "../../../platform/app-error.ts";
import type { TransferOrder, TransferResult } from "../../domain/host-protocol.ts";
import { createStateCalls, type Chunk, type End, type StateCalls } from "./state-call.ts";

export interface TransferOptions {
  readonly command: TransferOrder;
  readonly local: { readonly place: string; readonly adminPort: number; readonly token: string };
  readonly hostUrl: string;
  readonly hostToken: string;
  readonly dialer: LinkDialer;
  readonly component: string;
  readonly epoch: number;
  readonly commandId: string;
  readonly signal?: AbortSignal;
}

export type TransferAnswer =
  | { readonly ok: true; readonly value: TransferResult }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly detail: string };

const CHUNKS_MAX = 10_000;
/** A source that does not say whether it has handed out everything has, where it handed out so little. */
const SMALL_BYTES = 64 * 1024;

/** Copies chunk by chunk from the receiver's position to the source's newest; each chunk is checked by the receiver before the next. */
export async function runTransfer(options: TransferOptions): Promise<TransferAnswer> {
  const startedMs = performance.now();
  const copy: Copy = {
    ends: endsOf(options),
    calls: createStateCalls(options),
    commandId: options.commandId,
    sealAs: options.command.sealAs,
    copied: { bytes: 0, chunks: 0, lastBytes: 0, digest: null, complete: false, gaps: 0, sealed: null },
  };
  const { copied } = copy;
  try {
    const from = options.command.since ?? (await copy.calls.positionOf(copy.ends.target));
    let position = from;
    while (!copied.complete && copied.chunks < CHUNKS_MAX && copied.bytes < options.command.bytesMax) {
      const next = await copyChunk(copy, position);
      if (typeof next !== "string") return next;
      position = next;
    }
    const { bytes, chunks, digest, complete, sealed } = copied;
    const durationMs = performance.now() - startedMs;
    return { ok: true, value: { from, to: position, bytes, chunks, digest, complete, sealed, durationMs } };
  } catch (error) {
    return refuse(502, "peer", messageOf(error));
  }
}

interface Copy {
  readonly ends: { readonly source: End; readonly target: End };
  readonly calls: StateCalls;
  readonly commandId: string;
  readonly sealAs: string | null;
  readonly copied: {
    bytes: number;
    chunks: number;
    lastBytes: number;
    digest: string | null;
    complete: boolean;
    gaps: number;
    sealed: string | null;
  };
}

/** Answers the receiver's next position, or why the copy ends. */
async function copyChunk(copy: Copy, position: string): Promise<string | TransferAnswer> {
  const { ends, calls, copied, sealAs } = copy;
  const chunk =
    sealAs !== null && copied.sealed === null
      ? await calls.readSealed(ends.source, position, sealAs)
      : await calls.read(ends.source, position);
  copied.sealed = chunk.sealed ?? copied.sealed;
  if (chunk.status === 409) return refuse(409, codeOf(chunk), `the source answered 409: ${textOf(chunk)}`);
  if (chunk.status !== 200) return refuse(502, "peer", `the source answered ${chunk.status} without a state: ${textOf(chunk)}`);
  // Its body is the component's state: nobody's to read in an error.
  if (chunk.position === null) return refuse(502, "peer", "the source's state came without its geostitch-position");
  copied.digest = chunk.digest ?? copied.digest;
  // A source that says that this is all saves the last, empty question, which costs a round trip over the link.
  copied.complete = chunk.position === position || (chunk.complete ?? isRest(chunk.body.length, copied.lastBytes));
  copied.lastBytes = chunk.body.length;
  if (chunk.position === position) return position;
  return await writeChunk(copy, position, { ...chunk, position: chunk.position });
}

/**
 * Under writers a source never has nothing to hand out, so that asking until then would never end: what is small, or half of
 * what came before it, is only what was written meanwhile, and the next round's.
 */
const isRest = (bytes: number, lastBytes: number): boolean => bytes <= SMALL_BYTES || bytes <= lastBytes / 2;

async function writeChunk(
  { ends, calls, copied, commandId }: Copy,
  from: string,
  chunk: Chunk & { readonly position: string },
): Promise<string | TransferAnswer> {
  const headers = {
    "geostitch-from": from,
    "geostitch-to": chunk.position,
    ...(chunk.digest === null ? {} : { "geostitch-digest": chunk.digest }),
  };
  const put = await calls.write(ends.target, `${commandId}.${copied.chunks}`, { bytes: chunk.body, headers });
  if (put.status === 409 && copied.gaps === 0) {
    // The answer to an earlier try may have been lost: the receiver itself knows where it is.
    copied.gaps = 1;
    copied.complete = false;
    return await calls.positionOf(ends.target);
  }
  if (put.status === 409) return refuse(409, "gap", `the target answered 409: ${textOf(put)}`);
  if (put.status === 422) return refuse(422, "digest", `the target answered 422: ${textOf(put)}`);
  if (put.status >= 300) return refuse(502, "peer", `the target answered ${put.status}: ${textOf(put)}`);
  copied.bytes += chunk.body.length;
  copied.chunks += 1;
  return chunk.position;
}

const textOf = (chunk: Chunk): string => chunk.body.toString("utf8", 0, 200);

/** A host or a component that has seen a higher epoch, against one that does not have the position. */
const codeOf = (chunk: Chunk): string => (/epoch/.test(textOf(chunk)) ? "stale-epoch" : "gap");

const refuse = (status: number, code: string, detail: string): TransferAnswer => ({ ok: false, status, code, detail });

function endsOf({ command, local, hostUrl, hostToken }: TransferOptions): { source: End; target: End } {
  const here = hereAt(local);
  const instanceBase = `${hostUrl}/v1/instances/${encodeURIComponent(command.peer.instance)}`;
  const there: End = {
    adminBase: `${instanceBase}/admin`,
    instanceBase,
    token: hostToken,
    from: local.place,
    to: command.peer.dataCenter,
  };
  return command.direction === "push" ? { source: here, target: there } : { source: there, target: here };
}

/** An instance of this host. */
export const hereAt = ({ adminPort, token }: { readonly adminPort: number; readonly token: string }): End => ({
  adminBase: `http://127.0.0.1:${adminPort}`,
  instanceBase: null,
  token,
  from: null,
  to: null,
});
