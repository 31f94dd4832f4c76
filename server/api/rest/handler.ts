import { createHash, randomUUID } from "node:crypto";
import { AppError } from "../../platform/app-error.ts";
import { readBody } from "../../platform/read-body.ts";
import type { Context, Services, StoredAnswer } from "../context.ts";
import { causeOf, toAppError, toProblem } from "../error-map.ts";
import { refuseForeignOrigin } from "../foreign-origin.ts";
import { problemAnswer, problemOf } from "../problem-answer.ts";
import { createCaller } from "../root.ts";
import { resolveActor } from "../session-actor.ts";
import { callProcedure, matchOperation, type Match } from "./match.ts";
import { inputOf, type Operation } from "./operation.ts";
import { openApiDocument } from "./openapi.ts";
import { schemaOfKind } from "./schemas.ts";
import { streamEvents } from "./stream-events.ts";

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

/** Every request under `/api/v1`: thin, it parses, calls one procedure and maps what comes back. */
export async function handleRest(request: Request, segments: readonly string[], services: Services): Promise<Response> {
  const requestId = randomUUID();
  try {
    const answer = await answerRequest(request, segments, { services, requestId });
    const response = answer instanceof Response ? answer : respond(answer, requestId);
    return request.method === "HEAD" ? new Response(null, response) : response;
  } catch (error) {
    return problemResponse(error, requestId, services);
  }
}

interface Call {
  readonly services: Services;
  readonly requestId: string;
}

async function answerRequest(request: Request, segments: readonly string[], call: Call): Promise<Response | StoredAnswer> {
  const { method } = request;
  const found = matchOperation(method === "HEAD" ? "GET" : method, segments);
  if (method === "OPTIONS" && found.kind !== "nothing")
    return new Response(null, { status: 204, headers: { allow: allowOf(found.methods) } });
  if (found.kind === "open") return openDocument(found.segments);
  const actor = await resolveActor(request, call.services);
  if (!actor) throw new AppError("unauthenticated", "expected Authorization: Bearer gs_… with a known key, or a session");
  const context: Context = { ...call, actor };
  if (found.kind === "nothing") throw new AppError("not-found", `nothing is at /api/v1/${segments.join("/")}`);
  if (found.kind === "method") return methodProblem(method, found.methods);
  if (found.kind === "events") return await streamEvents(request, context);
  refuseForeignOrigin(request);
  return await callOperation(request, found, context);
}

const allowOf = (methods: readonly string[]): string =>
  [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");

function methodProblem(method: string, methods: readonly string[]): Response {
  const detail = `${method} is not known here, expected one of ${methods.join(", ")}`;
  return problemAnswer(problemOf(405, "method", "Method not allowed", detail), { allow: allowOf(methods) });
}

/** What anybody may read: it tells of the program, not of this installation. */
function openDocument([first = "", file = ""]: readonly string[]): StoredAnswer {
  if (first === "openapi.json") return { status: 200, body: openApiDocument() };
  const schema = schemaOfKind(file);
  if (!schema) throw new AppError("not-found", `no schema ${file}`);
  return { status: 200, body: schema };
}

async function callOperation(request: Request, { operation, path }: Match, context: Context): Promise<StoredAnswer> {
  const text = operation.body ? await readText(request) : "";
  const work = async (): Promise<StoredAnswer> => {
    const query = Object.fromEntries([...new URL(request.url).searchParams].filter(([key]) => operation.query?.includes(key)));
    refuseUnknownQuery(request, operation);
    const body = operation.textBody ? text : parseJson(text);
    const input = inputOf(operation, { path, query, body });
    const output = await callProcedure(createCaller(context), operation.procedure, input);
    return { status: operation.status, body: output };
  };
  const key = request.headers.get("idempotency-key");
  if (request.method !== "POST" || key === null || !context.actor) return await work();
  if (key.length < 1 || key.length > 255) throw badField("Idempotency-Key", "expected 1 to 255 characters");
  const requestHash = createHash("sha256")
    .update(`${request.method} ${new URL(request.url).pathname}${new URL(request.url).search}\n${text}`)
    .digest("hex");
  const principal = `${context.actor.kind}:${context.actor.id ?? context.actor.name}`;
  return await context.services.idempotency.once({ principal, key, requestHash }, work);
}

function refuseUnknownQuery(request: Request, operation: Operation): void {
  for (const key of new URL(request.url).searchParams.keys()) {
    if (!operation.query?.includes(key))
      throw badField(key, `unknown query parameter, expected one of ${operation.query?.join(", ") ?? "none"}`);
  }
}

async function readText(request: Request): Promise<string> {
  const bytes = await readBody(request);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw badField("(body)", "expected UTF-8");
  }
}

function parseJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badField("(body)", "expected JSON");
  }
}

const badField = (path: string, message: string): AppError =>
  new AppError("bad-input", `${path}: ${message}`, { errors: [{ path, message }] });

function respond({ status, body }: StoredAnswer, requestId: string): Response {
  const headers = { ...JSON_HEADERS, "geostitch-request-id": requestId };
  if (status === 204) return new Response(null, { status, headers: { "geostitch-request-id": requestId } });
  const problem = status >= 400 ? { "content-type": "application/problem+json; charset=utf-8" } : {};
  return new Response(JSON.stringify(body), { status, headers: { ...headers, ...problem } });
}

export function problemResponse(error: unknown, requestId: string, services: Pick<Services, "logger">): Response {
  const known = toAppError(error);
  if (known.kind === "internal")
    services.logger.error({ requestId, cause: causeOf(known), err: known.cause }, "a request failed");
  const problem = toProblem(known);
  const headers: Record<string, string> = { "geostitch-request-id": requestId };
  if (known.retryAfterSeconds !== null) headers["retry-after"] = String(known.retryAfterSeconds);
  if (problem.status === 401) headers["www-authenticate"] = 'Bearer realm="geostitch"';
  return problemAnswer(problem, headers);
}
