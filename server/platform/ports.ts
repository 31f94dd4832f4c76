import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { AppError } from "./app-error.ts";

/** Below what Linux gives to outgoing connections (32768 and up): a port from there may be taken at any moment while its owner is away. */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;

/** A TCP port of `host` that is free at this moment, and that no outgoing connection will take. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, LAST);
    if (await isPortFree(port, host)) return port;
  }
  throw new AppError("unavailable", `no free port found between ${FIRST} and ${LAST} of ${host}`);
}

/** The system's code for why nothing can listen on `host:port` now, such as EADDRINUSE; null when it can. */
export function whyNotListening(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** Whether nothing listens on `host:port`. */
export const isPortFree = async (port: number, host = "127.0.0.1"): Promise<boolean> =>
  (await whyNotListening(port, host)) === null;
