import type { IncomingMessage, ServerResponse } from "node:http";

/** So much is read and thrown away instead, which is cheaper than a new connection. */
const DRAINED_BYTES_MAX = 256 * 1024;

export interface GatewayProblem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body that nobody takes any more: its connection ends with this answer, and the client must not count on it. */
const keepsComing = ({ complete, headers }: IncomingMessage): boolean =>
  !complete && (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? "0") > DRAINED_BYTES_MAX);

/** An RFC 9457 body; nothing when the answer has begun or the client is gone. */
export function answerProblem(outgoing: ServerResponse, { status, title, detail, code, headers = {} }: GatewayProblem): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  const text = JSON.stringify({ type: `urn:geostitch:problem:${code}`, title, status, detail, code });
  outgoing.writeHead(status, {
    ...(keepsComing(outgoing.req) ? { connection: "close" } : {}),
    ...headers,
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(text),
  });
  outgoing.end(text);
}
