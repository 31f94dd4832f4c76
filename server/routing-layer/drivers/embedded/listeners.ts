import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createNetServer, isIP, type Server as NetServer, type Socket } from "node:net";
import ipaddr from "ipaddr.js";
import type { PlaceLookup } from "../../../user-proximity/index.ts";
import { clientAddress } from "../../domain/client-address.ts";
import { addressedByHost, addressedByPath, targetOf, type Addressed } from "../../domain/match-component.ts";
import { nearestEntry, type Entry } from "./entry.ts";
import { exchange, type GatewayDeps } from "./gateway.ts";
import { answerProblem, type GatewayProblem } from "./problem.ts";
import { takeProxyHeader } from "./proxy-protocol.ts";

export interface ListenerDeps extends GatewayDeps {
  readonly entries: Entries;
  readonly lookup: PlaceLookup;
  /** CIDR blocks whose word on a client's address counts. */
  readonly trusted: readonly string[];
  /** Of the lab, where its own addresses cannot be bound; null outside it. */
  readonly trustSecret: string | null;
  /** `/healthz`, `/readyz`, `/metrics` of the gateway itself. */
  readonly own: (path: string, outgoing: ServerResponse) => boolean;
}

export interface Entries {
  get(name: string): Entry | null;
  /** Any entry that has a snapshot: which places there are is the same in all. */
  any(): Entry | null;
}

const TIMEOUTS = { headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 65_000 };
const proxied = new WeakMap<Socket, string>();

/** Clients: the entry is the one nearest to them. */
export function createPublicListener(deps: ListenerDeps): NetServer {
  const isTrusted = trustOf(deps.trusted);
  const http = createServer({ maxHeaderSize: 32 * 1024 }, (incoming, outgoing) => {
    guarded(deps, outgoing, () => serveClient(deps, isTrusted, incoming, outgoing));
  });
  Object.assign(http, TIMEOUTS);
  return createNetServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    socket.on("error", () => undefined);
    if (isTrusted(socket.remoteAddress ?? ""))
      takeProxyHeader(socket, (address) => {
        if (address !== null) proxied.set(socket, address);
        hand(http, socket);
      });
    else hand(http, socket);
  });
}

function hand(http: Server, socket: Socket): void {
  http.emit("connection", socket);
  socket.resume();
}

/** Components calling components: `/@<data centre>/<application>/<component>/rest`; the entry is that of the caller's own place. */
export function createInternalListener(deps: ListenerDeps): Server {
  const server = createServer((incoming, outgoing) => {
    guarded(deps, outgoing, async () => {
      const match = /^\/@([^/]+)(\/.*)$/.exec(incoming.url ?? "");
      const entry = match ? deps.entries.get(decodeURIComponent(match[1] ?? "")) : null;
      const addressed = match ? addressedByPath(match[2] ?? "") : null;
      if (!entry || !addressed) {
        answerProblem(outgoing, {
          status: 404,
          code: "not-found",
          title: "Unknown",
          detail: "expected /@<data centre>/<application>/<component>/…",
        });
        return;
      }
      await route(deps, { entry, addressed, incoming, outgoing, clientAddress: "internal", internal: true });
    });
  });
  return Object.assign(server, TIMEOUTS);
}

function guarded(deps: ListenerDeps, outgoing: ServerResponse, work: () => Promise<void> | void): void {
  Promise.resolve()
    .then(work)
    .catch((error: unknown) => {
      deps.logger.error({ err: error }, "the gateway failed on a request");
      answerProblem(outgoing, { status: 500, code: "internal", title: "Internal error", detail: "the gateway's log has it" });
    });
}

const UNKNOWN: GatewayProblem = {
  status: 404,
  code: "not-found",
  title: "Unknown",
  detail: "no component answers here: expected /<application>/<component>/… or Host: <component>.<application>.…",
};

const noRoutes = (detail: string): GatewayProblem => ({
  status: 503,
  code: "no-routes",
  title: "Not available now",
  detail,
  headers: { "retry-after": "1" },
});

async function serveClient(
  deps: ListenerDeps,
  isTrusted: (address: string) => boolean,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const target = targetOf(incoming.url ?? "/", incoming.headers.host);
  const byHost = addressedByHost(target.host, target.path);
  const snapshot = deps.entries.any()?.snapshot ?? null;
  const namesComponent =
    byHost !== null &&
    snapshot?.components.some((component) => component.application === byHost.application && component.name === byHost.name) ===
      true;
  if (!namesComponent && deps.own(target.path.split("?")[0] ?? "/", outgoing)) return;
  const addressed = namesComponent ? byHost : (addressedByPath(target.path) ?? byHost);
  if (!snapshot) {
    answerProblem(outgoing, noRoutes("this gateway has no routes yet"));
    return;
  }
  const key = addressed === null ? null : `${addressed.application}/${addressed.name}`;
  if (!addressed || !snapshot.components.some(({ component }) => component === key)) {
    answerProblem(outgoing, UNKNOWN);
    return;
  }
  const address = addressOf(deps, isTrusted, incoming);
  const isOpen = (place: string): boolean => (deps.entries.get(place)?.snapshot ?? null) !== null;
  const name = nearestEntry({ snapshot, point: deps.lookup.locate(address), isOpen });
  const entry = name === null ? null : deps.entries.get(name);
  if (!entry?.snapshot) {
    answerProblem(outgoing, noRoutes("no entry has routes yet"));
    return;
  }
  await route(deps, { entry, addressed, incoming, outgoing, clientAddress: address, internal: false });
}

function addressOf(deps: ListenerDeps, isTrusted: (address: string) => boolean, incoming: IncomingMessage): string {
  const secret = incoming.headers["geostitch-lab-secret"];
  const peer = proxied.get(incoming.socket) ?? incoming.socket.remoteAddress ?? "";
  const bySecret = deps.trustSecret !== null && deps.trustSecret !== "" && secret === deps.trustSecret;
  const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(",") : value);
  return clientAddress({
    peer,
    isTrusted: (address) => isTrusted(address) || (bySecret && address === normalized(peer)),
    normalized,
    xForwardedFor: first(incoming.headers["x-forwarded-for"]),
    forwarded: incoming.headers.forwarded,
  });
}

interface Routed {
  readonly entry: Entry;
  readonly addressed: Addressed;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly clientAddress: string;
  readonly internal: boolean;
}

async function route(deps: ListenerDeps, { internal, ...call }: Routed): Promise<void> {
  const component = `${call.addressed.application}/${call.addressed.name}`;
  const known = call.entry.component(component);
  if (!known || (!internal && !known.entrypoint)) {
    answerProblem(call.outgoing, {
      status: 404,
      code: "not-found",
      title: "Unknown",
      detail: `no component ${component} answers clients here`,
    });
    return;
  }
  if (known.protocol === "tcp") {
    answerProblem(call.outgoing, {
      status: 501,
      code: "tcp",
      title: "Not served here",
      detail: `${component} speaks TCP, this gateway carries HTTP only`,
    });
    return;
  }
  await exchange(deps, { ...call, component });
}

/** `::ffff:192.0.2.1` is `192.0.2.1`, and what only a lenient reader takes for an address, `8.8` or `010.0.0.1`, is none. */
function normalized(text: string): string | null {
  if (!isIP(text)) return null;
  return ipaddr.process(text).toString();
}

/** Whether an address is in one of the blocks. */
export function trustOf(blocks: readonly string[]): (address: string) => boolean {
  const parsed = blocks.map((block) =>
    ipaddr.parseCIDR(block.includes("/") ? block : `${block}/${block.includes(":") ? 128 : 32}`),
  );
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const plain = ipaddr.process(address);
    return parsed.some(([network, bits]) => network.kind() === plain.kind() && plain.match([network, bits] as never));
  };
}
