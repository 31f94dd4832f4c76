import type { Server } from "node:net";

/** Listens where `url` says; rejects with one line when that is not possible. */
export function listen(server: Server, url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return listenAt(server, hostname.replace(/^\[|\]$/g, ""), Number(port));
}

/** As `listen`, at an address or name that is not part of a URL: `::1` has no brackets in a setting. */
export function listenAt(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Runs `work` once at the first SIGTERM or SIGINT, then ends the process; a second signal ends it at once. */
export function onStop(work: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    work()
      .catch(() => undefined)
      .finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
