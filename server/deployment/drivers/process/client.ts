import { request, type Dispatcher } from "undici";
import type { z } from "zod";
import type { LinkDialer } from "../../../connectivity-management/index.ts";
import { AppError, messageOf } from "../../../platform/app-error.ts";
import { ok, refused, type Result } from "../../../platform/result.ts";
import {
  hostInstanceSchema,
  transferResultSchema,
  watchLineSchema,
  type HostInstance,
  type WatchLine,
} from "../../domain/host-protocol.ts";
import type { CommandContext, DeploymentDriver } from "../../ports.ts";

export interface ProcessDriverOptions {
  readonly url: string;
  readonly token: string;
  readonly dialer: LinkDialer;
  /** Where the caller stands: its commands to other places cross the links. */
  readonly place: string | null;
}

const COMMAND_TIMEOUT_MS = 10_000;
const SILENCE_MAX_MS = 3_000;

/** The orchestrator's side of the process driver: speaks to the host of a data centre over the link to it. */
export function createProcessDriver(options: ProcessDriverOptions): DeploymentDriver {
  const instance = (name: string): string => `/v1/instances/${encodeURIComponent(name)}`;
  const send = (to: string, call: HostCall): Promise<HostAnswer> => sendCall(options, to, call);
  return {
    deploy: async (place, name, body, context) =>
      parseAs(await send(place, { method: "PUT", path: instance(name), body, context }), hostInstanceSchema),
    tellAgent: async (place, name, body, context) =>
      parseAs(await send(place, { method: "PUT", path: `${instance(name)}/agent`, body, context }), hostInstanceSchema),
    stop: async (place, name, body, context) => {
      const answer = await send(place, { method: "DELETE", path: instance(name), body, context });
      return answer.status === 404 ? ok(null) : parseAs(answer, hostInstanceSchema);
    },
    list: async (place) => {
      const answer = await send(place, { method: "GET", path: `/v1/instances?dataCenter=${encodeURIComponent(place)}` });
      return (JSON.parse(answer.text) as { items: HostInstance[] }).items;
    },
    watch: (place, onLine, signal) => watch(options, place, onLine, signal),
    admin: async (place, name, { method, path }, context) => {
      const { status, text } = await send(place, { method, path: `${instance(name)}/admin${path}`, context });
      return { status, body: text };
    },
    transfer: async (place, name, body, context) =>
      parseAs(await send(place, { method: "POST", path: `${instance(name)}/transfers`, body, context }), transferResultSchema),
  };
}

interface HostCall {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly body?: unknown;
  readonly context?: CommandContext;
}

interface HostAnswer {
  readonly status: number;
  readonly text: string;
}

async function sendCall(
  { url, token, dialer, place }: ProcessDriverOptions,
  to: string,
  { method, path, body, context }: HostCall,
): Promise<HostAnswer> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (context)
    Object.assign(headers, {
      "geostitch-epoch": String(context.epoch),
      "geostitch-command-id": context.commandId,
      "geostitch-component": context.component,
    });
  const deadline = AbortSignal.timeout(context?.timeoutMs ?? COMMAND_TIMEOUT_MS);
  const signal = context?.signal ? AbortSignal.any([deadline, context.signal]) : deadline;
  try {
    const answer = await request(`${url}${path}`, {
      method,
      headers,
      signal,
      dispatcher: dialer.dispatcher(place, to),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 503 || answer.statusCode === 401)
      throw new Error(`answered ${answer.statusCode}: ${text.slice(0, 200)}`);
    return { status: answer.statusCode, text };
  } catch (cause) {
    throw new AppError("unavailable", `the host of ${to} did not take ${method} ${path}: ${messageOf(cause)}`, { cause });
  }
}

function parseAs<T>({ status, text }: HostAnswer, schema: z.ZodType<T>): Result<T> {
  if (status < 300) return ok(schema.parse(JSON.parse(text)));
  const body = tryJson(text) as { code?: string; detail?: string } | null;
  if (status >= 500 && body?.code !== "peer")
    throw new AppError("unavailable", `a host answered ${status}: ${text.slice(0, 300)}`);
  if (body?.code === "peer") throw new AppError("unavailable", body.detail ?? text);
  return refused([{ code: body?.code ?? `http-${status}`, path: null, message: body?.detail ?? text.slice(0, 300) }]);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function watch(
  { url, token, dialer, place }: ProcessDriverOptions,
  to: string,
  onLine: (line: WatchLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS * 2);
  try {
    const answer = await request(`${url}/v1/watch?dataCenter=${encodeURIComponent(to)}`, {
      method: "GET",
      headers: { authorization: `Bearer ${token}` },
      dispatcher: dialer.dispatcher(place, to),
      signal: AbortSignal.any([signal, silence.signal]),
      bodyTimeout: 0,
    });
    if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
    let rest = "";
    for await (const chunk of answer.body.setEncoding("utf8") as AsyncIterable<string>) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") onLine(watchLineSchema.parse(JSON.parse(line)));
    }
    throw new Error("the stream ended");
  } catch (cause) {
    if (signal.aborted) return;
    throw new AppError(
      "unavailable",
      `the watch of ${to} broke: ${silence.signal.aborted ? `silent for ${SILENCE_MAX_MS} ms` : messageOf(cause)}`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}
