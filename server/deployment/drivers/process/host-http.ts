import type { IncomingMessage, ServerResponse } from "node:http";

const BODY_BYTES_MAX = 1024 * 1024;

/** A command's body; an empty one is `{}`. */
export async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("expected at most 1 MiB");
    chunks.push(chunk);
  }
  return bytes === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

export const answer = (outgoing: ServerResponse, status: number, body: unknown): void =>
  answerText(outgoing, status, JSON.stringify(body));

export function answerText(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
}
