import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { Agent } from "undici";
import { pipeDelayed } from "../relay/delay-line.ts";

/**
 * A keep-alive HTTP agent of one city: its connections come from an address of the lab's range and every byte takes the way
 * from the city to its entry.
 */
export function createCityAgent(options: { readonly localAddress: string | null; readonly delayMs: number }): Agent {
  return new Agent({
    connections: 24,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
    connect: (target, callback) => {
      const socket = connect({
        host: target.hostname,
        port: Number(target.port),
        noDelay: true,
        ...(options.localAddress === null ? {} : { localAddress: options.localAddress }),
      });
      socket.once("error", (error) => callback(error, null));
      socket.once("connect", () => callback(null, options.delayMs > 0 ? delayed(socket, options.delayMs) : socket));
    },
  });
}

/** Looks like the socket, with the city's access delay in both directions. */
function delayed(socket: Socket, delayMs: number): Socket {
  const [near, far] = duplexPair();
  pipeDelayed(far as unknown as Socket, socket, delayMs);
  pipeDelayed(socket, far as unknown as Socket, delayMs);
  const client = near as unknown as Socket;
  Object.assign(client, {
    setNoDelay: () => client,
    setKeepAlive: () => client,
    setTimeout: () => client,
    ref: () => client,
    unref: () => client,
  });
  return client;
}

/** Two streams, what is written to one can be read from the other. */
function duplexPair(): [Duplex, Duplex] {
  const waiting: { a: (() => void) | null; b: (() => void) | null } = { a: null, b: null };
  const make = (own: "a" | "b", other: () => Duplex): Duplex =>
    new Duplex({
      allowHalfOpen: true,
      read: () => {
        const resume = waiting[own];
        waiting[own] = null;
        resume?.();
      },
      write: (chunk: Buffer, _encoding, done) => {
        if (other().push(chunk)) done();
        else waiting[own === "a" ? "b" : "a"] = done;
      },
      final: (done) => {
        other().push(null);
        done();
      },
      destroy: (error, done) => {
        if (!other().destroyed) other().destroy();
        done(error);
      },
    });
  const a: Duplex = make("a", () => b);
  const b: Duplex = make("b", () => a);
  a.on("error", () => undefined);
  b.on("error", () => undefined);
  return [a, b];
}
