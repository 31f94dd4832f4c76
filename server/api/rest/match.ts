import type { createCaller } from "../root.ts";
import { OPERATIONS, type Operation } from "./operations.ts";

type Caller = ReturnType<typeof createCaller>;

export interface Match {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

/** The operation for a method and a path; `path` when only the method is wrong, null when nothing is there. */
export function matchOperation(method: string, segments: readonly string[]): Match | "method" | null {
  let onlyMethodWrong = false;
  for (const operation of OPERATIONS) {
    const path = matchPath(operation.path.split("/").slice(1), segments);
    if (!path) continue;
    if (operation.method === method) return { operation, path };
    onlyMethodWrong = true;
  }
  return onlyMethodWrong ? "method" : null;
}

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
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
