import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import next from "next";
import sirv from "sirv";
import { listenAt, onStop } from "../platform/serve.ts";
import type { Web } from "./web.ts";
import { SECURITY_HEADERS } from "../platform/security-headers.ts";

/**
 * The console: the Next.js application, which starts the rest of this process by its instrumentation hook. Its built files are
 * answered here, as `scripts/compress-assets.mjs` made them small: Next.js compresses anew at each request, and only by gzip,
 * which is a sixth more to load for everybody.
 */
const root = join(import.meta.dirname, "../..");
const [host = "127.0.0.1", port = "3000"] = process.argv.slice(2);
const STOP_WITHIN_MS = 3_000;

/** Built files carry their content's hash in their name; the map's keep theirs over versions. */
const FOLDERS = [
  { prefix: "/_next/static/", folder: join(root, ".next/static"), options: { immutable: true, maxAge: 31_536_000 } },
  { prefix: "/maplibre/", folder: join(root, "public/maplibre"), options: { maxAge: 0 } },
  { prefix: "/map/", folder: join(root, "public/map"), options: { maxAge: 0 } },
].map(({ prefix, folder, options }) => {
  const setHeaders = (response: ServerResponse): void =>
    SECURITY_HEADERS.forEach(({ key, value }) => response.setHeader(key, value));
  return { prefix, serve: sirv(folder, { ...options, brotli: true, gzip: true, etag: true, setHeaders }) };
});

const application = next({ dev: false, dir: root, hostname: host, port: Number(port) });
await application.prepare();
const handle = application.getRequestHandler();

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = "/" } = request;
  const found =
    request.method === "GET" || request.method === "HEAD" ? FOLDERS.find(({ prefix }) => url.startsWith(prefix)) : undefined;
  if (!found) return void handle(request, response);
  request.url = url.slice(found.prefix.length - 1);
  found.serve(request, response, () => {
    request.url = url;
    void handle(request, response);
  });
}

const server = createServer(answer);
await listenAt(server, host, Number(port));
onStop(async () => {
  const { geostitchWeb } = globalThis as typeof globalThis & { geostitchWeb?: Promise<Web> };
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS).unref();
  // An event stream ends with its client or not at all: the lease does not wait for it.
  await Promise.all([ended, geostitchWeb?.then((web) => web.stop())]);
  await application.close();
});
