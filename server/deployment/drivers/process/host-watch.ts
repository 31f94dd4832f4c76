import type { ServerResponse } from "node:http";
import type { HostInstance, WatchLine } from "../../domain/host-protocol.ts";

export interface Watcher {
  readonly place: string;
  readonly send: (line: WatchLine) => void;
}

const PING_MS = 1_000;

interface Watch {
  readonly watchers: Set<Watcher>;
  readonly place: string;
  readonly first: readonly HostInstance[];
  readonly outgoing: ServerResponse;
}

/** Streams what runs at a place, then every change, and a sign of life each second: silence is how its end is noticed. */
export function keepTelling({ watchers, place, first, outgoing }: Watch): void {
  outgoing.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  const send = (line: WatchLine): void => void outgoing.write(`${JSON.stringify(line)}\n`);
  const watcher: Watcher = { place, send };
  watchers.add(watcher);
  send({ kind: "snapshot", items: [...first] });
  const timer = setInterval(() => send({ kind: "ping" }), PING_MS);
  outgoing.once("close", () => {
    clearInterval(timer);
    watchers.delete(watcher);
  });
}
