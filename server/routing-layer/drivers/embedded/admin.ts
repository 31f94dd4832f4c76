import { timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dirname } from "node:path";
import { messageOf } from "../../../platform/app-error.ts";
import type { Logger } from "../../../platform/logger.ts";
import type { PlaceLookup } from "../../../user-proximity/index.ts";
import {
  holdCommandSchema,
  probeCommandSchema,
  routeSnapshotSchema,
  warmCommandSchema,
  type RouteSnapshot,
} from "../../domain/snapshot.ts";
import { Entry } from "./entry.ts";
import type { Entries } from "./listeners.ts";
import type { Probe } from "./probe.ts";
import type { Warm } from "./warm.ts";

const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** All entries of this process, and the last good snapshot on disk. */
export class EntryTable implements Entries {
  readonly #entries = new Map<string, Entry>();
  readonly #file: string;
  #saved = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(file: string, logger: Logger) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const last = readLast(file, logger);
    if (!last) return;
    this.#saved = last.version;
    for (const { name } of last.dataCenters) this.of(name).take(last);
  }

  get(name: string): Entry | null {
    return this.#entries.get(name) ?? null;
  }

  any(): Entry | null {
    for (const entry of this.#entries.values()) if (entry.snapshot) return entry;
    return null;
  }

  all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  of(name: string): Entry {
    const known = this.#entries.get(name);
    if (known) return known;
    const entry = new Entry(name);
    this.#entries.set(name, entry);
    return entry;
  }

  /** Entries of data centres that are gone, go. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#entries.keys()) if (!names.has(name)) this.#entries.delete(name);
  }

  /** One file for all entries: the newest is what a restart begins with. Resolves when it is there. */
  save(snapshot: RouteSnapshot): Promise<void> {
    if (snapshot.version > this.#saved) {
      this.#saved = snapshot.version;
      this.#saving = this.#saving
        .catch(() => undefined)
        .then(async () => {
          await writeFile(`${this.#file}.new`, JSON.stringify(snapshot), { mode: 0o600, flush: true });
          await rename(`${this.#file}.new`, this.#file);
        });
    }
    return this.#saving;
  }
}

/** A file that cannot be read is like none: this gateway is not ready until the orchestrator has told it the routes. */
function readLast(file: string, logger: Logger): RouteSnapshot | null {
  if (!existsSync(file)) return null;
  try {
    return routeSnapshotSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    logger.error(
      { file, error: messageOf(error).slice(0, 300) },
      "the last routes cannot be read; waiting for the orchestrator's",
    );
    return null;
  }
}

export interface AdminOptions {
  readonly token: string;
  readonly logger: Logger;
  readonly warm: Warm;
  readonly probe: Probe;
  /** Where an address is, as this gateway knows it. */
  readonly locate: PlaceLookup["locate"];
}

/** The orchestrator's side door: snapshots, holds, status. Loopback, bearer token. */
export function createAdminListener(table: EntryTable, { token, logger, warm, probe, locate }: AdminOptions): Server {
  const wanted = Buffer.from(`Bearer ${token}`);
  const server = createServer((incoming, outgoing) => {
    const given = Buffer.from(incoming.headers.authorization ?? "");
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      answer(outgoing, 401, { detail: "expected the gateway's token" });
      return;
    }
    const asked = answerQuestion(table, locate, incoming.url ?? "");
    if (asked !== null) {
      answer(outgoing, 200, asked);
      return;
    }
    handle({ table, warm, probe }, incoming, outgoing).catch((error: unknown) => {
      logger.warn({ err: error }, "a command to the gateway was not understood");
      answer(outgoing, 400, { detail: error instanceof Error ? error.message.slice(0, 500) : String(error) });
    });
    return undefined;
  });
  server.keepAliveTimeout = 120_000;
  return server;
}

/** What only this process knows, for whoever explains its routes; null where the address asks for something else. */
function answerQuestion(table: EntryTable, locate: AdminOptions["locate"], url: string): unknown {
  const { pathname, searchParams } = new URL(url, "http://gateway");
  if (pathname === "/v1/latencies") return { items: table.all().flatMap((entry) => entry.latencies()) };
  if (pathname === "/v1/places") return { place: locate(searchParams.get("address") ?? "") };
  return null;
}

interface Admin extends Pick<AdminOptions, "warm" | "probe"> {
  readonly table: EntryTable;
}

async function handle({ table, warm, probe }: Admin, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const [, version, collection, rawName, action] = (incoming.url ?? "").split("?")[0]?.split("/") ?? [];
  if (version !== "v1" || collection !== "entries") {
    answer(outgoing, 404, { detail: incoming.url });
    return;
  }
  if (rawName === undefined) {
    answer(outgoing, 200, { items: table.all().map((entry) => entry.status()) });
    return;
  }
  const name = decodeURIComponent(rawName);
  if (incoming.method === "GET" && action === undefined) {
    const entry = table.get(name);
    if (entry) answer(outgoing, 200, entry.status());
    else answer(outgoing, 404, { detail: `no entry ${name}` });
    return;
  }
  const body = await readJson(incoming);
  if (incoming.method === "POST" && action === "warm") {
    await warm(name, warmCommandSchema.parse(body));
    answer(outgoing, 200, {});
    return;
  }
  if (incoming.method === "POST" && action === "probe") {
    answer(outgoing, 200, { reached: await probe(name, probeCommandSchema.parse(body)) });
    return;
  }
  if (incoming.method === "POST" && action === "holds") {
    const taken = table.of(name).hold(holdCommandSchema.parse(body));
    if (taken.ok) answer(outgoing, 200, {});
    else answer(outgoing, 409, { detail: taken.detail });
    return;
  }
  if (incoming.method !== "PUT" || action !== "snapshot") {
    answer(outgoing, 404, { detail: incoming.url });
    return;
  }
  const snapshot = routeSnapshotSchema.parse(body);
  const taken = table.of(name).take(snapshot);
  if (!taken.ok) {
    answer(outgoing, 409, { detail: taken.detail, version: table.of(name).snapshot?.version ?? 0 });
    return;
  }
  table.keepOnly(new Set([...snapshot.dataCenters.map((place) => place.name), name]));
  await table.save(snapshot);
  answer(outgoing, 200, { version: snapshot.version });
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("expected at most 16 MiB");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function answer(outgoing: ServerResponse, status: number, body: unknown): void {
  if (outgoing.headersSent) return;
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify(body));
}
