import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { StatefulStore } from "./stateful-store.ts";

/** The state protocol of contract section 7, on the admin port. */
export function createStateAdmin(store: StatefulStore, token: string): Server {
  return createServer((incoming, outgoing) => {
    handle(store, token, incoming, outgoing).catch((error: unknown) => answer(outgoing, 500, { detail: String(error) }));
  });
}

async function handle(store: StatefulStore, token: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://component");
  const body = await readBody(incoming);
  if (incoming.headers.authorization !== `Bearer ${token}`) {
    answer(outgoing, 401, { detail: "expected the component's token" });
    return;
  }
  const epoch = Number(incoming.headers["geostitch-epoch"]);
  const commandId = String(incoming.headers["geostitch-command-id"] ?? "");
  const stored = store.ownership.answerOf(commandId);
  if (stored) {
    answerText(outgoing, stored.status, stored.text);
    return;
  }
  if (!Number.isSafeInteger(epoch)) {
    answer(outgoing, 400, { detail: "expected the header geostitch-epoch" });
    return;
  }
  if (!store.checksNoEpoch && !store.ownership.admit(epoch)) {
    answer(outgoing, 409, { detail: `epoch ${epoch} is lower than one seen before` });
    return;
  }
  const route = `${incoming.method ?? ""} ${url.pathname}`;
  if (route === "GET /geostitch/state") {
    readState(store, url.searchParams.get("since") ?? "0", outgoing);
    return;
  }
  if (route === "PUT /geostitch/state") {
    await writeState(store, { incoming, body, outgoing, commandId });
    return;
  }
  if (route === "GET /geostitch/state/digest") {
    answer(outgoing, 200, store.describe());
    return;
  }
  if (route === "POST /geostitch/seal") {
    remembering(store, commandId, outgoing, await store.seal());
    return;
  }
  if (route === "POST /geostitch/activate") {
    store.ownership.set(true, epoch);
    remembering(store, commandId, outgoing, store.describe());
    return;
  }
  answer(outgoing, 404, { detail: route });
}

function readState(store: StatefulStore, since: string, outgoing: ServerResponse): void {
  const chunk = store.readFrom(Number(since));
  if (!chunk) {
    answer(outgoing, 409, {
      detail: `position ${since} is not one of this component`,
      position: String(store.journal.position),
    });
    return;
  }
  outgoing.writeHead(200, {
    "content-type": "application/octet-stream",
    trailer: "geostitch-position, geostitch-digest, geostitch-complete",
  });
  outgoing.write(chunk.text);
  outgoing.addTrailers({
    "geostitch-position": String(chunk.position),
    "geostitch-digest": chunk.digest,
    "geostitch-complete": String(chunk.complete),
  });
  outgoing.end();
}

interface StateWrite {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly outgoing: ServerResponse;
  readonly commandId: string;
}

async function writeState(store: StatefulStore, { incoming, body, outgoing, commandId }: StateWrite): Promise<void> {
  if (store.ownership.open) {
    answer(outgoing, 409, { detail: "this copy is open for writes and takes no other's state" });
    return;
  }
  const digest = incoming.headers["geostitch-digest"];
  const chunk = {
    from: Number(incoming.headers["geostitch-from"]),
    to: Number(incoming.headers["geostitch-to"]),
    digest: typeof digest === "string" ? digest : null,
  };
  const result = await store.receive(body.toString("utf8"), chunk);
  if (result === "gap") {
    answer(outgoing, 409, { detail: `expected from ${store.journal.position}`, position: String(store.journal.position) });
    return;
  }
  if (result === "digest") {
    answer(outgoing, 422, { detail: "the digest is another" });
    return;
  }
  if (commandId !== "") store.ownership.remember(commandId, { status: 204, text: "" });
  outgoing.writeHead(204).end();
}

function remembering(store: StatefulStore, commandId: string, outgoing: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  if (commandId !== "") store.ownership.remember(commandId, { status: 200, text });
  answerText(outgoing, 200, text);
}

const answer = (outgoing: ServerResponse, status: number, body: unknown): void =>
  answerText(outgoing, status, JSON.stringify(body));

function answerText(outgoing: ServerResponse, status: number, text: string): void {
  if (status === 204) {
    outgoing.writeHead(204).end();
    return;
  }
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
