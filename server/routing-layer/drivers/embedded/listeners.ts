import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIP, type Socket } from "node:net";
import ipaddr from "ipaddr.js";
import type { PlaceLookup } from "../../../user-proximity/index.ts";
import { clientAddress } from "../../domain/client-address.ts";
import { addressedByHost, addressedByPath } from "../../domain/match-component.ts";
import { nearestEntry } from "../../domain/nearest-entry.ts";
import { targetOf, type RequestTarget } from "../../domain/request-target.ts";
import type { Entry } from "./entry.ts";
import { exchange, type Exchange, type GatewayDeps } from "./gateway.ts";
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

/** `timeout`: nothing moved on a connection for this long. An instance may be silent for 120 s, so this is longer. */
const TIMEOUTS = { headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 65_000, timeout: 150_000 };
/** Every header counts that fits into the size: one that Node left out would be a request that was read otherwise than sent. */
const LIMITS = { maxHeaderSize: 32 * 1024, connectionsCheckingInterval: 5_000 };
const proxied = new WeakMap<Socket, string>();

/** Clients: the entry is the one nearest to them. */
export function createPublicListener(deps: ListenerDeps): Server {
  const isTrusted = trustOf(deps.trusted);
  const http = withLimits(
    createServer(LIMITS, (incoming, outgoing) => {
      guarded(deps, outgoing, () => serveClient(deps, isTrusted, incoming, outgoing));
    }),
  );
  // The server listens itself, so that its limits on slow clients are kept; only a trusted peer's first bytes are read before.
  const [serve] = http.listeners("connection") as ((socket: Socket) => void)[];
  http.removeAllListeners("connection");
  http.on("connection", (socket: Socket) => {
    socket.on("error", () => undefined);
    if (!isTrusted(socket.remoteAddress ?? "")) {
      serve?.call(http, socket);
      return;
    }
    takeProxyHeader(socket, (address) => {
      if (address !== null) proxied.set(socket, address);
      serve?.call(http, socket);
      socket.resume();
    });
  });
  return http;
}

function withLimits(server: Server): Server {
  server.on("connect", (_incoming, socket) => {
    // Nothing here opens tunnels.
    socket.end(
      "HTTP/1.1 405 Method Not Allowed\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    );
  });
  return Object.assign(server, TIMEOUTS, { maxHeadersCount: 0 });
}

/** Components calling components: `/@<data centre>/<application>/<component>/rest`; the entry is that of the caller's own place. */
export function createInternalListener(deps: ListenerDeps): Server {
  const server = createServer(LIMITS, (incoming, outgoing) => {
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
      const { host } = incoming.headers;
      const { remoteAddress = "", remotePort = 0 } = incoming.socket;
      const user = `${remoteAddress}:${remotePort}`;
      await route(deps, { entry, addressed, incoming, outgoing, host, clientAddress: "internal", user, internal: true });
    });
  });
  return withLimits(server);
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
  const target = understood(incoming, outgoing);
  if (!target) return;
  const { host, path } = target;
  const byHost = addressedByHost(host, path);
  const snapshot = deps.entries.any()?.snapshot ?? null;
  const namesComponent =
    byHost !== null &&
    snapshot?.components.some((component) => component.application === byHost.application && component.name === byHost.name) ===
      true;
  if (!namesComponent && deps.own(path.split("?")[0] ?? "/", outgoing)) return;
  const addressed = namesComponent ? byHost : (addressedByPath(path) ?? byHost);
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
  await route(deps, { entry, addressed, incoming, outgoing, host, clientAddress: address, user: address, internal: false });
}

const strange = (status: number, title: string, detail: string): GatewayProblem => ({
  status,
  code: "not-understood",
  title,
  detail,
  // Whatever else came on this connection may have been meant otherwise.
  headers: { connection: "close" },
});

/** Why a request is not carried, however well its target can be read; null where it is. */
function notCarried({ method, headers, headersDistinct }: IncomingMessage): GatewayProblem | null {
  const coding = headers["transfer-encoding"];
  if (method === "TRACE") return strange(405, "Method not allowed", "TRACE is not carried: it would show what the gateway adds");
  if (coding !== undefined && coding.toLowerCase() !== "chunked")
    return strange(501, "Not implemented", `the transfer coding ${coding} is not known here`);
  if (headers.upgrade?.toLowerCase() === "websocket")
    return strange(501, "Not implemented", "WebSocket connections are not carried by this gateway");
  return (headersDistinct["host"]?.length ?? 0) > 1 ? UNREADABLE : null;
}

const UNREADABLE = strange(400, "Bad request", "expected one Host and a path that begins with /");

/** What a request asks for, where it can be read in one way only; else it is answered here. */
function understood(incoming: IncomingMessage, outgoing: ServerResponse): RequestTarget | null {
  const { url = "/", method, headers } = incoming;
  if (method === "OPTIONS" && url === "*") {
    outgoing.writeHead(204).end();
    return null;
  }
  const target = targetOf(url, headers.host);
  const problem = notCarried(incoming) ?? (target === null ? UNREADABLE : null);
  if (problem) answerProblem(outgoing, problem);
  return problem ? null : target;
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

type Routed = Omit<Exchange, "component">;

async function route(deps: ListenerDeps, call: Routed): Promise<void> {
  const component = `${call.addressed.application}/${call.addressed.name}`;
  const known = call.entry.component(component);
  if (!known || (!call.internal && !known.entrypoint)) {
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
