import { z } from "zod";
import { manifestSchemas } from "../../component-registry/domain/manifest.ts";
import { appRouter } from "../root.ts";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

type Json = Readonly<Record<string, unknown>>;

const PROBLEM: Json = {
  type: "object",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};

const STATUS_WORDS: Readonly<Record<string, string>> = {
  "400": "Bad input, each error with its path",
  "401": "No or unknown credential",
  "403": "The role does not allow it",
  "404": "Unknown",
  "409": "The state does not allow it; `code` says why",
  "413": "More than 1 MiB",
  "422": "A constraint refuses; `code` names it",
  "429": "Too many requests",
  "503": "The database is away",
};

let cached: Json | null = null;

/** OpenAPI 3.1 of everything under `/api/v1`, made from the very schemas that the procedures parse with. */
export function openApiDocument(): Json {
  cached ??= {
    openapi: "3.1.0",
    info: { title: "Geostitch", version: "1.0.0", description: "Where each component of an application runs, and its moves." },
    servers: [{ url: "/api/v1" }],
    security: [{ apiKey: [] }],
    paths: pathsOf(OPERATIONS),
    components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer" } }, schemas: { Problem: PROBLEM } },
  };
  return cached;
}

function pathsOf(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation);
  const stream = { description: "Server-sent events", content: { "text/event-stream": { schema: { type: "string" } } } };
  paths["/events"] = {
    get: {
      operationId: "events",
      summary: "Everything that happens, resumable by Last-Event-ID",
      parameters: [LAST_EVENT_ID],
      responses: { "200": stream, default: problem("Refused") },
    },
  };
  const document = { description: "JSON", content: { "application/json": { schema: { type: "object" } } } };
  const open = { security: [], responses: { "200": document, default: problem("Refused") } };
  paths["/openapi.json"] = { get: { operationId: "openapi", summary: "This document", ...open } };
  paths["/schemas/{file}"] = {
    get: {
      operationId: "schema",
      summary: "JSON Schema of a manifest's kind, such as Component.json",
      parameters: [{ name: "file", in: "path", required: true, schema: { enum: SCHEMA_FILES } }],
      ...open,
    },
  };
  return paths;
}

const SCHEMA_FILES = Object.keys(manifestSchemas).map((kind) => `${kind}.json`);
const IDEMPOTENCY_KEY: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "The same key and body again answers what was stored; with another body it is 409.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};
const LAST_EVENT_ID: Json = { name: "Last-Event-ID", in: "header", required: false, schema: { type: "string" } };

interface ProcedureDef {
  readonly meta?: { readonly role: string };
  readonly inputs: readonly z.ZodType[];
  readonly output?: z.ZodType;
}

function procedureOf(operation: Operation): ProcedureDef {
  const procedures = appRouter._def.procedures as unknown as Readonly<Record<string, { _def: ProcedureDef }>>;
  const procedure = procedures[operation.procedure];
  if (!procedure) throw new Error(`operation ${operation.id} names the procedure ${operation.procedure}, which does not exist`);
  return procedure._def;
}

function describe(operation: Operation): Json {
  const { meta, inputs, output } = procedureOf(operation);
  const input = inputs[0] ? toSchema(inputs[0], "input") : null;
  const properties = (input?.["properties"] ?? {}) as Record<string, Json>;
  const required = (input?.["required"] ?? []) as readonly string[];
  const pathNames = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const parameters = [
    ...pathNames.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...(operation.query ?? []).map((name) => ({
      name,
      in: "query",
      required: required.includes(name),
      schema: properties[name] ?? { type: "string" },
    })),
    ...(operation.method === "POST" ? [IDEMPOTENCY_KEY] : []),
  ];
  const answer =
    operation.status === 204 || !output
      ? { description: "Done" }
      : { description: "Done", content: { "application/json": { schema: toSchema(output, "output") } } };
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: `Needs the role ${meta?.role ?? "administrator"}.`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body ? { requestBody: requestBody(operation, input, pathNames) } : {}),
    responses: {
      [String(operation.status)]: answer,
      ...Object.fromEntries(Object.entries(STATUS_WORDS).map(([status, words]) => [status, problem(words)])),
    },
  };
}

function requestBody(operation: Operation, input: Json | null, pathNames: readonly string[]): Json {
  if (operation.textBody)
    return {
      required: true,
      content: { "application/yaml": { schema: { type: "string" } }, "application/json": { schema: {} } },
    };
  const properties = Object.fromEntries(
    Object.entries((input?.["properties"] ?? {}) as Json).filter(([name]) => !pathNames.includes(name)),
  );
  const required = ((input?.["required"] ?? []) as string[]).filter((name) => !pathNames.includes(name));
  return { required: required.length > 0, content: { "application/json": { schema: { type: "object", properties, required } } } };
}

const problem = (description: string): Json => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" }) as Record<
    string,
    unknown
  >;
  return rest;
}
