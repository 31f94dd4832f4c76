import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";

/** A body up to this size is read first, so that a request that was refused unprocessed can be sent again. */
const RESENDABLE_BYTES_MAX = 256 * 1024;

export interface RequestBody {
  /** For one attempt; a streamed body can be taken once. */
  readonly value: Buffer | Readable | null;
  readonly resendable: boolean;
  readonly bytes: number;
}

/** What a request that waits with its body unread will need; a large body stays with the client until an instance takes it. */
export function keptBytes(incoming: IncomingMessage): number {
  const declared = Number(incoming.headers["content-length"] ?? "0");
  return declared > RESENDABLE_BYTES_MAX ? 0 : declared;
}

/** Reads a small body whole; a larger one becomes a stream that begins with what was read. Rejects when the client breaks off. */
export function readRequestBody(incoming: IncomingMessage): Promise<RequestBody> {
  const declared = incoming.headers["content-length"];
  const chunked = incoming.headers["transfer-encoding"] !== undefined;
  if (!chunked && (declared === undefined || declared === "0"))
    return Promise.resolve({ value: null, resendable: true, bytes: 0 });
  if (declared !== undefined && Number(declared) > RESENDABLE_BYTES_MAX)
    return Promise.resolve({ value: incoming, resendable: false, bytes: 0 });
  // Who left while waiting has closed already, and says so no second time.
  if (incoming.destroyed) return Promise.reject(new Error("the client went away"));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = (body: RequestBody): void => {
      incoming.off("data", onData).off("end", onEnd).off("error", reject).off("close", onClose);
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= RESENDABLE_BYTES_MAX) return;
      incoming.pause();
      const stream = new PassThrough();
      for (const part of chunks) stream.write(part);
      done({ value: stream, resendable: false, bytes });
      incoming.pipe(stream);
    };
    const onEnd = (): void => done({ value: Buffer.concat(chunks), resendable: true, bytes });
    const onClose = (): void => reject(new Error("the client went away"));
    incoming.on("data", onData).once("end", onEnd).once("error", reject).once("close", onClose);
  });
}
