import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createLinkDialer } from "../connectivity-management/index.ts";
import { pino } from "pino";
import { openPlaceLookup } from "../user-proximity/drivers/mmdb/lookup.ts";
import type { HoldCommand, RouteComponent, RouteSnapshot } from "../routing-layer/domain/snapshot.ts";
import { createAdminListener, EntryTable } from "../routing-layer/drivers/embedded/admin.ts";
import { createProbe } from "../routing-layer/drivers/embedded/probe.ts";
import { createWarm } from "../routing-layer/drivers/embedded/warm.ts";
import { createInternalListener, createPublicListener, type ListenerDeps } from "../routing-layer/drivers/embedded/listeners.ts";

import type { ExchangeResult } from "../routing-layer/drivers/embedded/gateway.ts";

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

export const TOKEN = "test-token";
const closing: (() => void)[] = [];

/** Ends every server of the tests. */
export function closeAll(): void {
  for (const close of closing.splice(0)) close();
}

async function listening(server: Server | NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** An instance: a real HTTP server; `requests` holds what reached it. */
export async function startInstance(handler: Handler): Promise<{ port: number; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((incoming, outgoing) => {
    requests.push(incoming);
    handler(incoming, outgoing);
  });
  return { port: await listening(server), requests };
}

export const answering = (text: string): Handler => {
  return (incoming, outgoing) => {
    incoming.resume();
    incoming.once("end", () => outgoing.end(text));
  };
};

export const PLACES = [
  { name: "virginia", latitude: 39.04, longitude: -77.49, country: "US" },
  { name: "frankfurt", latitude: 50.11, longitude: 8.68, country: "DE" },
];

export interface InstanceAt {
  readonly place: string;
  readonly port: number;
}

export function component(instances: readonly InstanceAt[], change: Partial<RouteComponent> = {}): RouteComponent {
  const epoch = change.epoch ?? 1;
  return {
    component: "shop/cart",
    application: "shop",
    name: "cart",
    entrypoint: true,
    protocol: "http",
    stateKind: "full",
    epoch,
    instances: instances.map(({ place, port }) => ({ name: `cart.${port}`, dataCenter: place, host: "127.0.0.1", port, epoch })),
    shares: [],
    ...change,
  };
}

export const snapshot = (version: number, components: readonly RouteComponent[]): RouteSnapshot => ({
  version,
  publishedAt: "2026-11-23T00:00:00.000Z",
  dataCenters: PLACES,
  links: [],
  components: [...components],
});

const adminOf =
  (adminUrl: string) =>
  async (method: string, path: string, body?: unknown, token = TOKEN): Promise<Response> =>
    await fetch(`${adminUrl}/v1/entries${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

/** A gateway on real sockets with a folder of its own, driven through its admin port. */
export async function startGateway(options: { trusted?: readonly string[]; folder?: string } = {}) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "geostitch-gateway-"));
  const logger = pino({ level: "silent" });
  const table = new EntryTable(join(folder, "snapshot.json"), logger);
  const dialer = createLinkDialer(null);
  const results: ExchangeResult[] = [];
  const deps: ListenerDeps = {
    entries: table,
    lookup: openPlaceLookup(null),
    dialer,
    logger,
    trusted: options.trusted ?? [],
    trustSecret: null,
    own: () => false,
    onResult: (result) => results.push(result),
  };
  const url = `http://127.0.0.1:${await listening(createPublicListener(deps))}`;
  const internalUrl = `http://127.0.0.1:${await listening(createInternalListener(deps))}`;
  const doors = {
    warm: createWarm(dialer),
    probe: createProbe(dialer),
    locate: (address: string) => deps.lookup.locate(address),
  };
  const adminUrl = `http://127.0.0.1:${await listening(createAdminListener(table, { token: TOKEN, logger, ...doors }))}`;
  closing.push(() => void dialer.close());
  const admin = adminOf(adminUrl);
  return {
    url,
    internalUrl,
    adminUrl,
    folder,
    admin,
    /** What was counted, in the order in which it ended. */
    results,
    /** To every entry. */
    publish: async (routes: RouteSnapshot): Promise<number[]> =>
      await Promise.all(PLACES.map(async ({ name }) => (await admin("PUT", `/${name}/snapshot`, routes)).status)),
    hold: async (change: Partial<HoldCommand> = {}) =>
      await Promise.all(
        PLACES.map(async ({ name }) => {
          const base = { commandId: `hold.${name}`, component: "shop/cart", epoch: 1, deadlineMs: 5_000, countMax: 100 };
          return (await admin("POST", `/${name}/holds`, { ...base, bytesMax: 1_000_000, ...change })).status;
        }),
      ),
    holdsOf: async (entry: string) =>
      (
        (await (await admin("GET", `/${entry}`)).json()) as {
          holds: { now: number; total: number; failed: number; state: string }[];
        }
      ).holds,
  };
}

export type TestGateway = Awaited<ReturnType<typeof startGateway>>;

/** Waits for a condition that other processes or sockets bring about. */
export async function eventually(check: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error("it did not come about in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Sends bytes as they are, and answers all that comes back until the connection ends, or until `withinMs` are over. */
export async function raw(url: string, bytes: string | Buffer, withinMs = 5_000): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let reply = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (reply += chunk));
  socket.on("error", () => undefined);
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  const timeOut = new AbortController();
  await Promise.race([once(socket, "close"), delay(withinMs, null, { signal: timeOut.signal }).catch(() => null)]);
  timeOut.abort();
  socket.destroy();
  return reply;
}
