import { createServer } from "node:net";

/** A TCP port of `host` that is free at this moment. */
export function freePort(host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
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
