import type { IncomingMessage, ServerResponse } from "node:http";
import type { LinkDialer } from "../../../connectivity-management/index.ts";
import type { Logger } from "../../../platform/logger.ts";
import { chooseInstance } from "../../domain/choose-instance.ts";
import type { Addressed } from "../../domain/match-component.ts";
import type { RouteComponent, RouteInstance } from "../../domain/snapshot.ts";
import type { Entry } from "./entry.ts";
import { forward, requestHeaders, type ForwardOutcome } from "./forward.ts";
import type { Hold } from "./holds.ts";
import { answerProblem } from "./problem.ts";
import { keptBytes, readRequestBody, type RequestBody } from "./request-body.ts";

export interface Exchange {
  readonly entry: Entry;
  readonly component: string;
  readonly addressed: Addressed;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** As the request names it. */
  readonly host: string | undefined;
  readonly clientAddress: string;
  /** Who asks, the same for all requests of one user; of a component, the connection that it keeps. */
  readonly user: string;
  /** Another component asks, from inside. */
  readonly internal: boolean;
}

export interface ExchangeResult {
  readonly component: string;
  readonly dataCenter: string | null;
  readonly status: number;
  readonly durationMs: number;
  readonly heldMs: number;
}

export interface GatewayDeps {
  readonly dialer: LinkDialer;
  readonly logger: Logger;
  readonly onResult: (result: ExchangeResult, exchange: Exchange) => void;
}

/** A hold that nobody commanded: the component itself refused. */
const OWN_HOLD = { deadlineMs: 10_000, countMax: 5_000, bytesMax: 64 * 1024 * 1024 };
const NOT_OPEN_RETRY_MS = 15;
const NOT_OPEN_RETRY_MAX_MS = 120;
/**
 * Waits between tries to reach anybody at all: an instance that is just being started again costs its clients time, not
 * failures, whether its route is still there or was already taken out.
 */
const UNREACHABLE_WAITS_MS = [20, 80, 250, 500, 1_000];

interface Progress {
  body: RequestBody | null;
  heldMs: number;
  hold: Hold | null;
  /** This try goes past that hold, to find out whether it is still needed. */
  probing: Hold | null;
  readonly avoid: Set<string>;
  attempts: number;
  notOpenMs: number;
  deadlineMs: number;
}

/** Carries one request to the best instance and its answer back: held while it must be, sent again only when nothing was done. */
export async function exchange(deps: GatewayDeps, call: Exchange): Promise<void> {
  const startedMs = performance.now();
  const deadlineMs = startedMs + OWN_HOLD.deadlineMs;
  const progress: Progress = {
    body: null,
    heldMs: 0,
    hold: null,
    probing: null,
    avoid: new Set(),
    attempts: 0,
    notOpenMs: NOT_OPEN_RETRY_MS,
    deadlineMs,
  };
  let ended: Ended | null = null;
  while (ended === null) ended = call.outgoing.destroyed ? GONE : await attempt(deps, call, progress);
  const { status, dataCenter } = ended;
  deps.onResult(
    { component: call.component, dataCenter, status, durationMs: performance.now() - startedMs, heldMs: progress.heldMs },
    call,
  );
}

/** The client went away: nobody can be answered, and no component is to blame. */
const GONE: Ended = { status: 499, dataCenter: null };

/** One try; null means that the request may, and will, be tried again. */
async function attempt(deps: GatewayDeps, call: Exchange, progress: Progress): Promise<Ended | null> {
  const refused = await waitWhileHeld(call, progress);
  if (call.outgoing.destroyed) return GONE;
  if (refused !== null) return refuse(call, progress, { code: "held-too-long", detail: refused, dataCenter: null });
  const route = call.entry.component(call.component);
  const instance = route ? choose(call, route, progress.avoid) : null;
  if (route && !instance && (progress.avoid.size > 0 || progress.attempts < UNREACHABLE_WAITS_MS.length)) {
    await askAllAgain(progress);
    return null;
  }
  if (!route || !instance)
    return refuse(call, progress, {
      code: "no-instance",
      detail: `no instance of ${call.component} can serve now`,
      dataCenter: null,
    });
  try {
    progress.body ??= await readRequestBody(call.incoming);
  } catch {
    return GONE;
  }
  // A hold that began while the body was read counts for this request, too.
  const hold = call.entry.holds.of(call.component);
  if (hold && hold !== progress.probing) return null;
  const sentMs = performance.now();
  const outcome = await send(deps, call, { route, instance, progress });
  if (outcome.kind !== "answered") return await afterFailure(call, progress, { outcome, route, instance });
  if (progress.probing) call.entry.holds.foundOpen(progress.probing);
  call.entry.measured(call.component, instance.dataCenter, performance.now() - sentMs);
  return { status: outcome.status, dataCenter: instance.dataCenter };
}

function choose({ entry, user }: Exchange, component: RouteComponent, avoid: ReadonlySet<string>): RouteInstance | null {
  entry.turn += 1;
  return chooseInstance({
    component,
    avoid,
    user,
    turn: entry.turn,
    latencyMs: (place) => entry.latencyMs(component.component, place),
  });
}

/** Null when the request may go on; else why it may not. */
async function waitWhileHeld({ entry, component, incoming, outgoing }: Exchange, progress: Progress): Promise<string | null> {
  progress.probing = null;
  const hold = entry.holds.of(component);
  if (!hold) return null;
  const place = hold.wait(progress.body?.bytes ?? keptBytes(incoming), progress.hold === hold);
  outgoing.once("close", place.leave);
  const outcome = await place.outcome;
  outgoing.off("close", place.leave);
  progress.heldMs += outcome.heldMs;
  if (outcome.kind === "refused") return outcome.why;
  if (outcome.kind === "left") return null;
  progress.hold = hold;
  if (outcome.probes) progress.probing = hold;
  return null;
}

interface Attempt {
  readonly route: RouteComponent;
  readonly instance: RouteInstance;
  readonly progress: Progress;
}

function send({ dialer }: GatewayDeps, call: Exchange, { route, instance, progress }: Attempt): Promise<ForwardOutcome> {
  const { incoming, outgoing, entry, addressed, clientAddress } = call;
  const dispatcher = dialer.dispatcher(entry.name, instance.dataCenter);
  const headers: Record<string, string | string[]> = {
    ...requestHeaders(incoming, call.internal),
    ...(call.host === undefined ? {} : { host: call.host }),
    "x-forwarded-for": clientAddress,
    "x-forwarded-proto": "http",
    "x-forwarded-host": call.host ?? "",
    "geostitch-epoch": String(route.epoch),
    "geostitch-entry": entry.name,
    ...(addressed.prefix === null ? {} : { "x-forwarded-prefix": addressed.prefix }),
  };
  const answerHeaders: Record<string, string> = {
    "geostitch-data-center": instance.dataCenter,
    "geostitch-instance": instance.name,
    "geostitch-epoch": String(route.epoch),
    "geostitch-entry": entry.name,
    ...(progress.heldMs > 0 ? { "geostitch-held-ms": progress.heldMs.toFixed(0) } : {}),
  };
  return forward({
    dispatcher,
    instance,
    incoming,
    outgoing,
    path: addressed.path,
    body: progress.body?.value ?? null,
    headers,
    answerHeaders,
    onAnswer: () => progress.hold?.answered(),
  });
}

interface Failure {
  readonly outcome: Exclude<ForwardOutcome, { kind: "answered" }>;
  readonly route: RouteComponent;
  readonly instance: RouteInstance;
}

interface Ended {
  readonly status: number;
  readonly dataCenter: string | null;
}

/** Null: try again. */
async function afterFailure(call: Exchange, progress: Progress, { outcome, route, instance }: Failure): Promise<Ended | null> {
  if (outcome.kind === "gone") return GONE;
  if (outcome.kind === "broken") {
    if (!call.outgoing.headersSent && !call.outgoing.destroyed)
      answerProblem(call.outgoing, {
        status: 502,
        code: "instance-broke",
        detail: `${instance.name} broke off: ${outcome.detail}`,
        title: "The instance broke off",
      });
    return { status: 502, dataCenter: instance.dataCenter };
  }
  if (outcome.kind === "unreachable") {
    progress.avoid.add(instance.name);
    // No byte of it has left, so that even a body that can be taken only once is still whole.
    if (progress.attempts < UNREACHABLE_WAITS_MS.length) return null;
    return refuse(call, progress, {
      code: "unreachable",
      detail: `${instance.name} takes no connection: ${outcome.detail}`,
      dataCenter: instance.dataCenter,
    });
  }
  if (progress.body?.resendable === false)
    return refuse(call, progress, {
      code: "sealed",
      detail: `${call.component} is being moved, and this request is too large to be kept`,
      dataCenter: instance.dataCenter,
    });
  if (performance.now() > progress.deadlineMs)
    return refuse(call, progress, {
      code: "held-too-long",
      detail: `${call.component} did not open in time`,
      dataCenter: instance.dataCenter,
    });
  const current = call.entry.component(call.component);
  const stillRouted = current?.epoch === route.epoch;
  if (stillRouted && outcome.epoch >= route.epoch)
    call.entry.holds.beginUnasked({ ...OWN_HOLD, component: call.component, epoch: route.epoch });
  else if (stillRouted) await notYetOpen(progress);
  return null;
}

/** Everybody has refused the connection: after a moment all may be asked once more. */
async function askAllAgain(progress: Progress): Promise<void> {
  const waitMs = UNREACHABLE_WAITS_MS[progress.attempts] ?? 0;
  progress.attempts += 1;
  progress.avoid.clear();
  await new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** The new owner has its route already and opens in a moment. */
async function notYetOpen(progress: Progress): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, progress.notOpenMs));
  progress.heldMs += progress.notOpenMs;
  progress.notOpenMs = Math.min(NOT_OPEN_RETRY_MAX_MS, progress.notOpenMs * 1.5);
}

function refuse(call: Exchange, progress: Progress, why: { code: string; detail: string; dataCenter: string | null }): Ended {
  const headers = {
    "retry-after": "1",
    "geostitch-entry": call.entry.name,
    ...(progress.heldMs > 0 ? { "geostitch-held-ms": progress.heldMs.toFixed(0) } : {}),
  };
  answerProblem(call.outgoing, { status: 503, code: why.code, detail: why.detail, title: "Not available now", headers });
  return { status: 503, dataCenter: why.dataCenter };
}
