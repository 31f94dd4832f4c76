import { connect, type Socket } from "node:net";
import { AppError } from "../platform/app-error.ts";

/** A connection from one place to a listening address in another. */
export interface LinkTarget {
  /** Data centre where the caller stands; null: outside every place (no relay). */
  readonly from: string | null;
  /** Data centre where the listener stands. */
  readonly to: string | null;
  readonly host: string;
  readonly port: number;
}

export interface RelayAddress {
  readonly host: string;
  readonly port: number;
}

/** The longest header block that a relay may answer with; more means that it is not a relay. */
const RELAY_ANSWER_BYTES_MAX = 8192;

/**
 * Opens one TCP connection over a link. With a relay, both ends in different places: `CONNECT host:port` with `geostitch-from`
 * and `geostitch-to`, so that the relay knows which pair's delay to add. Otherwise a plain connection. Apart from the dialer,
 * so that an agent, which is small, need not load undici for it.
 */
export async function dialLink(relay: RelayAddress | null, target: LinkTarget, timeoutMs: number): Promise<Socket> {
  const crosses = relay !== null && target.from !== null && target.to !== null && target.from !== target.to;
  return crosses ? await dialThrough(relay, target, timeoutMs) : await dialDirect(target.host, target.port, timeoutMs);
}

function dialDirect(host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(
      () =>
        socket.destroy(new AppError("unavailable", `no connection to ${host}:${String(port)} within ${String(timeoutMs)} ms`)),
      timeoutMs,
    );
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
    socket.once("close", () => {
      clearTimeout(timer);
    });
  });
}

async function dialThrough(relay: RelayAddress, target: LinkTarget, timeoutMs: number): Promise<Socket> {
  const socket = await dialDirect(relay.host, relay.port, timeoutMs);
  const authority = `${target.host}:${String(target.port)}`;
  socket.write(
    `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\ngeostitch-from: ${target.from ?? ""}\r\ngeostitch-to: ${target.to ?? ""}\r\n\r\n`,
  );
  await relayAnswer(socket, `${target.from ?? ""} to ${target.to ?? ""} (${authority})`, timeoutMs);
  return socket;
}

/** Waits for the relay's `200`, and hands back to the socket whatever came behind it. */
function relayAnswer(socket: Socket, what: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const fail = (message: string): void => {
      done();
      socket.destroy();
      reject(new AppError("unavailable", `the link from ${what} ${message}`));
    };
    const timer = setTimeout(() => {
      fail(`did not open within ${String(timeoutMs)} ms`);
    }, timeoutMs);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) {
        if (head.length > RELAY_ANSWER_BYTES_MAX) fail("answered with something that is no relay's answer");
        return;
      }
      if (!head.toString("latin1", 0, 13).includes(" 200")) {
        fail(`was refused: ${head.toString("latin1", 0, head.indexOf("\r\n"))}`);
        return;
      }
      done();
      const rest = head.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      resolve();
    };
    const onError = (error: Error): void => {
      fail(`broke: ${error.message}`);
    };
    const onClose = (): void => {
      fail("closed before it opened");
    };
    const done = (): void => {
      clearTimeout(timer);
      socket.pause();
      socket.off("data", onData);
      socket.off("error", onError);
      socket.off("close", onClose);
    };
    socket.on("data", onData);
    socket.on("error", onError);
    socket.on("close", onClose);
  });
}
