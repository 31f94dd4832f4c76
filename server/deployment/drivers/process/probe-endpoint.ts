import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { Readable } from "node:stream";

/** As much as one probe may send or ask for. */
const BYTES_MAX = 512 * 1024;
const FILLING = Buffer.alloc(64 * 1024, "geostitch ");

/**
 * What a link is measured against: `HEAD /probe` answers at once, `PUT /probe` takes bytes and forgets them, `GET /probe?bytes=n`
 * gives some. With a token of its own: who measures links may command nothing. False: the request is for something else.
 */
export function answersProbe(token: string, incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const url = new URL(incoming.url ?? "/", "http://host");
  if (url.pathname !== "/probe") return false;
  const bytes = Number(url.searchParams.get("bytes") ?? "0");
  const isTooMuch = !(bytes >= 0 && bytes <= BYTES_MAX) || Number(incoming.headers["content-length"] ?? "0") > BYTES_MAX;
  if (incoming.headers.authorization !== `Bearer ${token}`) end(outgoing, 401);
  else if (isTooMuch) end(outgoing, 413);
  else if (incoming.method === "GET") give(outgoing, bytes);
  else if (incoming.method === "HEAD") end(outgoing, 204);
  else if (incoming.method === "PUT") incoming.resume().once("end", () => end(outgoing, 204));
  else end(outgoing, 405);
  return true;
}

function end(outgoing: ServerResponse, status: number): void {
  // What is not read of a refused body would be taken for the next request.
  if (status > 400) outgoing.setHeader("connection", "close");
  outgoing.writeHead(status).end();
}

function give(outgoing: ServerResponse, bytes: number): void {
  outgoing.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes });
  pipeline(Readable.from(pieces(bytes)), outgoing, () => undefined);
}

function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= FILLING.length) yield left < FILLING.length ? FILLING.subarray(0, left) : FILLING;
}
