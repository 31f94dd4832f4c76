import { AppError } from "./app-error.ts";

export const BODY_BYTES_MAX = 1024 * 1024;

/** A request's body, read no further than it may be long: what a header says of its length is only the sender's word. */
export async function readBody(request: Request): Promise<Buffer> {
  const tooLarge = new AppError("too-large", "expected at most 1 MiB");
  if (Number(request.headers.get("content-length") ?? "0") > BODY_BYTES_MAX) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body = request.body as unknown as AsyncIterable<Uint8Array> | null;
  if (!body) return Buffer.alloc(0);
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
