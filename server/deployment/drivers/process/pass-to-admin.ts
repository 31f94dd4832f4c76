import { request as httpRequest, Agent, type IncomingMessage, type ServerResponse } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const TIMEOUT_MS = 60_000;

export interface AdminPass {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly port: number;
  readonly token: string;
  readonly path: string;
}

/** Streams a request through to an instance's admin port with its own token, and back with the trailers. Answers the status, null where none came. */
export function passToAdmin({ incoming, outgoing, port, token, path }: AdminPass): Promise<number | null> {
  return new Promise((resolve) => {
    const { host: _host, connection: _connection, authorization: _authorization, ...headers } = incoming.headers;
    const upstream = httpRequest(
      {
        host: "127.0.0.1",
        port,
        agent,
        method: incoming.method,
        path,
        headers: { ...headers, authorization: `Bearer ${token}` },
        timeout: TIMEOUT_MS,
      },
      (response) => {
        // The instance's own keep-alive is between it and this host: passed on, it would close the link's connection.
        const { connection: _its, "keep-alive": _own, ...passed } = response.headers;
        outgoing.writeHead(response.statusCode ?? 502, passed);
        response.on("data", (chunk: Buffer) => {
          if (!outgoing.write(chunk)) {
            response.pause();
            outgoing.once("drain", () => response.resume());
          }
        });
        response.once("end", () => {
          if (Object.keys(response.trailers).length > 0) outgoing.addTrailers(response.trailers);
          outgoing.end();
          resolve(response.statusCode ?? null);
        });
        response.once("error", () => {
          outgoing.destroy();
          resolve(null);
        });
      },
    );
    upstream.once("timeout", () => upstream.destroy(new Error("the instance did not answer in time")));
    upstream.once("error", (error) => {
      if (outgoing.headersSent) outgoing.destroy();
      else {
        const text = JSON.stringify({ code: "peer", detail: `the instance's admin port does not answer: ${error.message}` });
        outgoing.writeHead(503, { "content-type": "application/json" });
        outgoing.end(text);
      }
      resolve(null);
    });
    incoming.pipe(upstream);
  });
}
