import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { DelayLine, pipeDelayed, type Delay } from "./delay-line.ts";

export interface RelayOptions {
  /** Round-trip time of a pair in ms, or null for places that are not known. */
  readonly rttMs: (from: string, to: string) => number | null;
}

/**
 * The lab's wide-area network: an HTTP CONNECT proxy that adds half of a pair's measured round-trip time each way. Opening a
 * connection costs one round trip, as TCP's handshake does.
 */
export function createRelay({ rttMs }: RelayOptions): Relay {
  const cut = new Set<string>();
  const opened = new Map<Socket, Pair>();
  const server = createServer((_request, response) => {
    response.writeHead(405).end("this is a relay: CONNECT only\n");
  });
  server.on("connect", (request, client: Socket, head: Buffer) => {
    const from = String(request.headers["geostitch-from"] ?? "");
    const to = String(request.headers["geostitch-to"] ?? "");
    const roundTrip = rttMs(from, to);
    const [host, port] = splitAuthority(request.url ?? "");
    if (roundTrip === null || !isLoopback(host)) return void client.end(`HTTP/1.1 502 unknown places ${from} and ${to}\r\n\r\n`);
    if (cut.has(from) || cut.has(to)) return void client.end(`HTTP/1.1 502 no way from ${from} to ${to}\r\n\r\n`);
    opened.set(client, { from, to });
    client.once("close", () => opened.delete(client));
    open(client, { host, port: Number(port), delayMs: () => (rttMs(from, to) ?? roundTrip) / 2, head });
    return undefined;
  });
  return Object.assign(server, {
    cutOff: (place: string, isCut: boolean) => {
      if (!isCut) return void cut.delete(place);
      cut.add(place);
      for (const [client, pair] of opened) if (pair.from === place || pair.to === place) client.destroy();
      return undefined;
    },
  });
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

export interface Relay extends Server {
  /** A place that is cut off: every connection to and from it breaks, and no new one is made. */
  readonly cutOff: (place: string, isCut: boolean) => void;
}

interface Path {
  readonly host: string;
  readonly port: number;
  readonly delayMs: Delay;
  readonly head: Buffer;
}

function open(client: Socket, { host, port, delayMs, head }: Path): void {
  client.setNoDelay(true);
  client.on("error", () => undefined);
  const there = new DelayLine(delayMs);
  const back = new DelayLine(delayMs);
  there.push(() => {
    const upstream = connect({ host, port, noDelay: true });
    upstream.on("error", () => undefined);
    upstream.once("error", (error) =>
      back.push(() => client.end(`HTTP/1.1 502 ${error.message.replace(/[\r\n]/g, " ")}\r\n\r\n`)),
    );
    upstream.once("connect", () => {
      back.push(() => {
        if (client.destroyed) return void upstream.destroy();
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        if (head.length > 0) client.unshift(head);
        pipeDelayed(client, upstream, delayMs);
        pipeDelayed(upstream, client, delayMs);
        return undefined;
      });
    });
  });
}

function splitAuthority(authority: string): [string, string] {
  const at = authority.lastIndexOf(":");
  return [authority.slice(0, at).replace(/^\[|\]$/g, ""), authority.slice(at + 1)];
}

/** The lab's processes are all on this machine: the relay opens nothing else. */
const isLoopback = (host: string): boolean =>
  host === "127.0.0.1" || host === "::1" || host === "localhost" || host.startsWith("127.");
