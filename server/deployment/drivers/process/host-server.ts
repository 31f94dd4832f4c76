import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { LinkDialer } from "../../../connectivity-management/index.ts";
import { messageOf } from "../../../platform/app-error.ts";
import type { Logger } from "../../../platform/logger.ts";
import {
  agentOrderSchema,
  deployCommandSchema,
  stopCommandSchema,
  transferCommandSchema,
  type HostInstance,
} from "../../domain/host-protocol.ts";
import { HostAgents } from "./host-agents.ts";
import { openHostStore } from "./host-store.ts";
import { begin, deployInstance, stopInstance, tellAgent, type World } from "./host-world.ts";
import { toAdmin } from "./owner-commands.ts";
import { answersProbe } from "./probe-endpoint.ts";
import type { AgentProgram } from "./supervised-agent.ts";
import type { SupervisedInstance } from "./supervised-instance.ts";
import { answer, answerText, readJson } from "./host-http.ts";
import { keepTelling, type Watcher } from "./host-watch.ts";
import { answerSealedState } from "./sealed-state.ts";
import { runTransfer } from "./transfer.ts";
import { createTurns } from "./turns.ts";

export interface HostOptions {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  readonly dialer: LinkDialer;
  readonly workingDirectory: string;
  readonly logger: Logger;
  /** A bug planted on purpose, for the crash tests to find. */
  readonly planted: string | null;
  /** Added to the environment of every instance. */
  readonly instanceEnv: Readonly<Record<string, string>>;
  /** What runs beside each instance; null: nothing. */
  readonly agents: AgentProgram | null;
}

export interface Host {
  readonly server: Server;
  instances(): readonly HostInstance[];
  agents: HostAgents["list"];
  /** Ends every instance; what is desired stays on disk, so that the next start brings them back. */
  stopInstances(graceMs: number): Promise<void>;
}

/** The process driver's receiving side (`domain/host-protocol.ts`). */
export function createHost(options: HostOptions): Host {
  const store = openHostStore(options.folder);
  const watchers = new Set<Watcher>();
  const running = new Map<string, SupervisedInstance>();
  const agents = new HostAgents(
    {
      folder: join(options.folder, "agents"),
      program: options.agents,
      workingDirectory: options.workingDirectory,
      url: options.url,
      logger: options.logger,
    },
    // What was stored runs, or is about to.
    new Set(store.instances.map(({ name }) => name)),
    () => ({ instances: running, places: new Set([...watchers].map(({ place }) => place)) }),
  );
  const world: World = { options, store, watchers, running, agents, inTurn: createTurns() };
  for (const stored of store.instances) begin(world, stored);
  const server = createServer((incoming, outgoing) => {
    if (answersProbe(agents.probeToken, incoming, outgoing)) return;
    handle(world, incoming, outgoing).catch((error: unknown) => {
      options.logger.error({ err: error }, "a command to the host failed");
      if (!outgoing.headersSent) answer(outgoing, 500, { code: "internal", detail: messageOf(error) });
      else outgoing.destroy();
    });
  });
  server.keepAliveTimeout = 120_000;
  return {
    server,
    instances: () => [...world.running.values()].map((instance) => instance.view()),
    agents: () => agents.list(),
    stopInstances: async (graceMs) => {
      await Promise.all([...[...running.values()].map((instance) => instance.stop(graceMs)), agents.stopAll(graceMs)]);
    },
  };
}

async function handle(world: World, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://host");
  if (url.pathname === "/healthz") {
    answer(outgoing, 200, { ok: true });
    return;
  }
  if (incoming.headers.authorization !== `Bearer ${world.options.token}`) {
    answer(outgoing, 401, { code: "unauthenticated", detail: "expected the host's token" });
    return;
  }
  const [, version, collection, rawName, action, ...rest] = url.pathname.split("/");
  if (version !== "v1") {
    answer(outgoing, 404, { code: "not-found", detail: url.pathname });
    return;
  }
  if (collection === "watch") {
    const place = url.searchParams.get("dataCenter") ?? "";
    keepTelling({ watchers: world.watchers, place, first: listed(world, place), outgoing });
    return;
  }
  if (collection !== "instances") {
    answer(outgoing, 404, { code: "not-found", detail: url.pathname });
    return;
  }
  const name = decodeURIComponent(rawName ?? "");
  if (name === "") {
    answer(outgoing, 200, { items: listed(world, url.searchParams.get("dataCenter")) });
    return;
  }
  const instance = world.running.get(name);
  if (action === "admin") {
    const path = `/${rest.join("/")}${url.search}`;
    if (!fenced(world, incoming, outgoing)) return;
    if (instance) await toAdmin(instance, incoming, outgoing, path);
    else unknown(outgoing, name);
    return;
  }
  if (action === "sealed-state") {
    await sealedState(world, { incoming, outgoing, instance, name, since: url.searchParams.get("since") ?? "0" });
    return;
  }
  await command(world, { incoming, outgoing, name, action: action ?? "", instance });
}

interface SealedStateCall {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly instance: SupervisedInstance | undefined;
  readonly name: string;
  readonly since: string;
}

async function sealedState(world: World, { incoming, outgoing, instance, name, since }: SealedStateCall): Promise<void> {
  incoming.resume();
  if (!fenced(world, incoming, outgoing)) return;
  if (!instance) {
    unknown(outgoing, name);
    return;
  }
  await instance.close();
  await answerSealedState({
    outgoing,
    instance: instance.stored,
    dialer: world.options.dialer,
    component: instance.stored.command.component,
    epoch: Number(incoming.headers["geostitch-epoch"]),
    commandId: String(incoming.headers["geostitch-command-id"] ?? ""),
    since,
  });
}

const listed = (world: World, place: string | null): HostInstance[] =>
  [...world.running.values()].map((instance) => instance.view()).filter((item) => place === null || item.dataCenter === place);

const noInstance = (name: string) => ({ status: 404, body: { code: "unknown-instance", detail: `no instance ${name} here` } });

const unknown = (outgoing: ServerResponse, name: string): void => {
  const { status, body } = noInstance(name);
  answer(outgoing, status, body);
};

/** Answers 409 itself when the command's epoch is lower than the highest that this host has seen for the component. */
function fenced(world: World, incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const component = String(incoming.headers["geostitch-component"] ?? "");
  const epoch = Number(incoming.headers["geostitch-epoch"]);
  if (!Number.isSafeInteger(epoch)) {
    answer(outgoing, 400, { code: "bad-input", detail: "expected the header geostitch-epoch" });
    return false;
  }
  if (component === "" || world.options.planted === "no-epoch-check" || world.store.admit(component, epoch)) return true;
  answer(outgoing, 409, { code: "stale-epoch", detail: `epoch ${epoch} is lower than one this host has seen for ${component}` });
  return false;
}

interface Command {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly name: string;
  readonly action: string;
  readonly instance: SupervisedInstance | undefined;
}

async function command(world: World, { incoming, outgoing, name, action, instance }: Command): Promise<void> {
  const id = String(incoming.headers["geostitch-command-id"] ?? "");
  const body = await readJson(incoming);
  const stored = id === "" ? null : world.store.answerOf(id);
  if (stored) {
    answerText(outgoing, stored.status, stored.text);
    return;
  }
  if (!fenced(world, incoming, outgoing)) return;
  const result = await carryOut(world, { method: incoming.method ?? "", name, action, instance, body, incoming, outgoing });
  const text = JSON.stringify(result.body);
  // A transfer is read again when it is repeated: its answer would be old news.
  if (id !== "" && result.status < 300 && action !== "transfers") world.store.remember(id, { status: result.status, text });
  answerText(outgoing, result.status, text);
}

interface Order {
  readonly method: string;
  readonly name: string;
  readonly action: string;
  readonly instance: SupervisedInstance | undefined;
  readonly body: unknown;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Ends when the one who gave the command has gone: a copy that nobody waits for is not gone on with. */
function untilClosed(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  outgoing.once("close", () => controller.abort(new Error("nobody waits for it any more")));
  return controller.signal;
}

async function carryOut(
  world: World,
  { method, name, action, instance, body, incoming, outgoing }: Order,
): Promise<{ status: number; body: unknown }> {
  const epoch = Number(incoming.headers["geostitch-epoch"]);
  if (method === "PUT" && action === "")
    return { status: 202, body: await deployInstance(world, { name, epoch, wanted: deployCommandSchema.parse(body) }) };
  if (!instance) return noInstance(name);
  if (method === "DELETE" && action === "") {
    const stopped = await stopInstance(world, name, stopCommandSchema.parse(body));
    return stopped ? { status: 200, body: stopped } : noInstance(name);
  }
  if (method === "PUT" && action === "agent") {
    tellAgent(world, name, agentOrderSchema.parse(body));
    return { status: 202, body: instance.view() };
  }
  if (method === "POST" && action === "transfers") {
    const { url, token, dialer } = world.options;
    const { adminPort, token: adminToken, command } = instance.stored;
    const local = { place: command.dataCenter, adminPort, token: adminToken };
    const commandId = String(incoming.headers["geostitch-command-id"] ?? "");
    const order = transferCommandSchema.parse(body);
    if (order.sealAs !== null && order.direction === "push") await instance.close();
    const result = await runTransfer({
      command: order,
      local,
      hostUrl: url,
      hostToken: token,
      dialer,
      component: command.component,
      epoch,
      commandId,
      signal: untilClosed(outgoing),
    });
    return result.ok
      ? { status: 200, body: result.value }
      : { status: result.status, body: { code: result.code, detail: result.detail } };
  }
  return { status: 405, body: { code: "method", detail: `${method} is not known here` } };
}
