import { Agent } from "node:http";
import type { Socket } from "node:net";
import { addToLink, NOTHING_SEEN, throughputMbps, type LinkSeen, type LinkWindow } from "./domain/link-window.ts";
import { exchange } from "./exchange.ts";
import { ProbeConnection } from "./probe-connection.ts";
import type { TargetLinks } from "./settings.ts";

/** Opens a connection from this place to one in another (`connectivity-management/dial-link.ts`). */
export type Dial = (
  relay: TargetLinks["relay"],
  target: { readonly from: string; readonly to: string; readonly host: string; readonly port: number },
  timeoutMs: number,
) => Promise<Socket>;

export interface Prober {
  /** What is measured from now on; null: nothing. */
  follow(place: string, links: TargetLinks | null): void;
  /** What was seen since it was last taken, by place at the other end. */
  take(): ReadonlyMap<string, LinkWindow>;
  stop(): void;
}

/** Each link is looked at this often, all of a place's in turn. */
const PROBE_EVERY_MS = 3_000;
const TRANSFER_EVERY_MS = 20_000;
const TRANSFER_BYTES = 256 * 1024;
/** A probe that has not come back by then is lost. */
const DEADLINE_MS = 2_000;
const TRANSFER_DEADLINE_MS = 8_000;
/** Where nothing has to be done, it is looked again this often. */
const IDLE_MS = 1_000;

type Peer = TargetLinks["peers"][number];

interface Link {
  readonly peer: Peer;
  readonly dial: () => Promise<Socket>;
  readonly connection: ProbeConnection;
  lastRttMs: number | null;
  isBusy: boolean;
}

/**
 * Measures the links that begin at one place: round trips of an empty exchange over connections that stay open, and now and then
 * a real transfer both ways, one at a time.
 */
export function createProber(dial: Dial): Prober {
  const payload = Buffer.alloc(TRANSFER_BYTES, "geostitch ");
  let following = "";
  let token = "";
  let links: Link[] = [];
  let windows = new Map<string, LinkWindow>();
  let turn = 0;
  let transferTurn = 0;
  let nextTransferMs = performance.now() + TRANSFER_EVERY_MS / 4;
  const note = (place: string, seen: LinkSeen): void =>
    void windows.set(place, addToLink(windows.get(place) ?? NOTHING_SEEN, seen));
  const beat = (): void => {
    const now = performance.now();
    if (now >= nextTransferMs && links.length > 0) {
      nextTransferMs = now + TRANSFER_EVERY_MS;
      const link = links[transferTurn++ % links.length];
      if (link) void transfer(link, { token, payload, note });
    }
    const link = links[turn++ % Math.max(1, links.length)];
    if (link) void probe(link, note);
    timer = setTimeout(beat, links.length === 0 ? IDLE_MS : PROBE_EVERY_MS / links.length);
  };
  let timer = setTimeout(beat, IDLE_MS);
  const closeAll = (): void => {
    for (const { connection } of links) connection.close();
    links = [];
  };
  return {
    follow: (place, wanted) => {
      const key = JSON.stringify([place, wanted]);
      if (key === following) return;
      following = key;
      closeAll();
      token = wanted?.token ?? "";
      links = (wanted?.peers ?? []).map((peer) =>
        makeLink(peer, token, (to) => dial(wanted?.relay ?? null, { from: place, ...to }, DEADLINE_MS)),
      );
    },
    take: () => {
      const taken = windows;
      windows = new Map();
      return taken;
    },
    stop: () => {
      clearTimeout(timer);
      closeAll();
    },
  };
}

type DialTo = (to: { readonly to: string; readonly host: string; readonly port: number }) => Promise<Socket>;

function makeLink(peer: Peer, token: string, dialTo: DialTo): Link {
  const { place: to, host, port } = peer;
  const dial = (): Promise<Socket> => dialTo({ to, host, port });
  const request = `HEAD /probe HTTP/1.1\r\nHost: ${host}:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  return { peer, dial, connection: new ProbeConnection(dial, request), lastRttMs: null, isBusy: false };
}

type Note = (place: string, seen: LinkSeen) => void;

async function probe(link: Link, note: Note): Promise<void> {
  if (link.isBusy) return;
  link.isBusy = true;
  try {
    const rttMs = await link.connection.roundTrip(DEADLINE_MS);
    if (rttMs === null) return;
    link.lastRttMs = rttMs;
    note(link.peer.place, { kind: "round-trip", rttMs });
  } catch {
    note(link.peer.place, { kind: "lost" });
  } finally {
    link.isBusy = false;
  }
}

interface Transfer {
  readonly token: string;
  readonly payload: Buffer;
  readonly note: Note;
}

/** A transfer that does not come through says nothing that the probes do not say better. */
async function transfer(link: Link, { token, payload, note }: Transfer): Promise<void> {
  const { peer, dial, lastRttMs } = link;
  if (lastRttMs === null) return;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  Object.assign(agent, {
    createConnection: (_options: unknown, done: (error: Error | null, socket?: Socket) => void) => {
      dial().then(
        // A dialled socket waits for its reader, and node:http does not ask a socket of others to go on.
        (socket) => done(null, socket.resume()),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  const headers = { authorization: `Bearer ${token}` };
  const url = (query: string): URL => new URL(`http://${peer.host}:${peer.port}/probe${query}`);
  const common = { headers, deadlineMs: TRANSFER_DEADLINE_MS, agent };
  try {
    // Opens the connection, so that neither way has that in it.
    await exchange({ ...common, url: url(""), method: "HEAD" });
    const there = await exchange({ ...common, url: url(""), method: "PUT", body: payload });
    const back = await exchange({ ...common, url: url(`?bytes=${payload.length}`), method: "GET" });
    if (there.status >= 300 || back.status >= 300 || back.body.length !== payload.length) return;
    const ways = [{ durationMs: there.endedMs }, { durationMs: back.endedMs }];
    note(peer.place, { kind: "transfer", throughputMbps: throughputMbps(payload.length, ways, lastRttMs) });
  } catch {
    return;
  } finally {
    agent.destroy();
  }
}
