import type { createCaller } from "../root.ts";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

type Caller = ReturnType<typeof createCaller>;

export interface Match {
  readonly kind: "operation";
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
  readonly methods: readonly string[];
}

/** What is at a path; `methods` are the ones that are known there. */
export type Found =
  | Match
  | { readonly kind: "events"; readonly methods: readonly string[] }
  /** What anybody may read. */
  | { readonly kind: "open"; readonly segments: readonly string[]; readonly methods: readonly string[] }
  /** Something is there, not by this method. */
  | { readonly kind: "method"; readonly methods: readonly string[] }
  | { readonly kind: "nothing" };

/** Besides the operations: the event stream and the documents about the program itself. */
const READ_ONLY: readonly { readonly kind: "open" | "events"; readonly path: string }[] = [
  { kind: "events", path: "/events" },
  { kind: "open", path: "/openapi.json" },
  { kind: "open", path: "/schemas/{file}" },
];

/** A name such as `application/name` may also stand in one segment, its slash encoded. */
export function matchOperation(method: string, segments: readonly string[]): Found {
  const found = matchSegments(method, segments);
  return found.kind === "nothing"
    ? matchSegments(
        method,
        segments.flatMap((segment) => segment.split("/")),
      )
    : found;
}

function matchSegments(method: string, segments: readonly string[]): Found {
  const readOnly = READ_ONLY.find(({ path }) => matchPath(path, segments));
  if (readOnly) return { kind: method === "GET" ? readOnly.kind : "method", segments, methods: ["GET"] };
  const here = OPERATIONS.flatMap((operation) => {
    const path = matchPath(operation.path, segments);
    return path ? [{ operation, path }] : [];
  });
  if (here.length === 0) return { kind: "nothing" };
  const methods = [...new Set(here.map(({ operation }) => operation.method))];
  const match = here.find(({ operation }) => operation.method === method);
  return match ? { kind: "operation", ...match, methods } : { kind: "method", methods };
}

function matchPath(template: string, segments: readonly string[]): Record<string, string> | null {
  const pattern = template.split("/").slice(1);
  if (pattern.length !== segments.length) return null;
  const path: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) path[part.slice(1, -1)] = segment;
    else if (part !== segment) return null;
  }
  return path;
}

/** Calls a procedure by its dotted name. */
export function callProcedure(caller: Caller, procedure: string, input: unknown): Promise<unknown> {
  const [namespace = "", name = ""] = procedure.split(".");
  const routers = caller as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  const call = routers[namespace]?.[name];
  if (!call) throw new Error(`operation names the procedure ${procedure}, which does not exist`);
  return call(input);
}
