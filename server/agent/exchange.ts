import { request as requestPlain, type Agent, type IncomingHttpHeaders, type RequestOptions } from "node:http";

export interface ExchangeOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Buffer;
  /** For the whole exchange, to the last byte of the answer. */
  readonly deadlineMs: number;
  readonly bytesMax?: number;
  readonly agent?: Agent;
}

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** From the start to the answer's end. */
  readonly endedMs: number;
}

const BYTES_MAX = 4 * 1024 * 1024;

/**
 * One HTTP exchange with a deadline. By node:http: an HTTP library costs an agent, of which there is one beside each instance,
 * 10 MiB of memory.
 */
export async function exchange(options: ExchangeOptions): Promise<Exchange> {
  const { url, method, headers = {}, body, deadlineMs, agent } = options;
  const request = url.protocol === "https:" ? (await import("node:https")).request : requestPlain;
  const startedMs = performance.now();
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const settings: RequestOptions = { method, headers: { ...headers, ...length }, ...(agent ? { agent } : {}) };
  return await new Promise((resolve, reject) => {
    const outgoing = request(url, settings, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > (options.bytesMax ?? BYTES_MAX)) incoming.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      incoming.once("error", reject);
      incoming.once("end", () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks),
          endedMs: performance.now() - startedMs,
        }),
      );
    });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    outgoing.once("error", reject);
    outgoing.once("close", () => {
      clearTimeout(timer);
      reject(new Error("the connection closed before the answer had ended"));
    });
    outgoing.end(body);
  });
}
