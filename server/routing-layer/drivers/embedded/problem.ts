import type { ServerResponse } from "node:http";

export interface GatewayProblem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An RFC 9457 body; nothing when the answer has begun or the client is gone. */
export function answerProblem(outgoing: ServerResponse, { status, title, detail, code, headers = {} }: GatewayProblem): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  const text = JSON.stringify({ type: `urn:geostitch:problem:${code}`, title, status, detail, code });
  outgoing.writeHead(status, {
    ...headers,
    "content-type": "application/problem+json",
    "content-length": Buffer.byteLength(text),
  });
  outgoing.end(text);
}
