import { TRPCError } from "@trpc/server";
import { AppError, isAppError, messageOf, type ErrorKind, type FieldError } from "../platform/app-error.ts";
import { isDatabaseAway } from "../platform/db/client.ts";

type TrpcCode = TRPCError["code"];

/** The one map from kinds of failure to HTTP and tRPC. */
const MAP: Readonly<Record<ErrorKind, { status: number; trpc: TrpcCode; title: string }>> = {
  "bad-input": { status: 400, trpc: "BAD_REQUEST", title: "Bad input" },
  unauthenticated: { status: 401, trpc: "UNAUTHORIZED", title: "Not signed in" },
  forbidden: { status: 403, trpc: "FORBIDDEN", title: "Not allowed" },
  "not-found": { status: 404, trpc: "NOT_FOUND", title: "Not found" },
  conflict: { status: 409, trpc: "CONFLICT", title: "The state does not allow it" },
  "too-large": { status: 413, trpc: "PAYLOAD_TOO_LARGE", title: "Too large" },
  constraint: { status: 422, trpc: "UNPROCESSABLE_CONTENT", title: "A constraint refuses it" },
  "too-many-requests": { status: 429, trpc: "TOO_MANY_REQUESTS", title: "Too many requests" },
  unavailable: { status: 503, trpc: "SERVICE_UNAVAILABLE", title: "Not available now" },
  internal: { status: 500, trpc: "INTERNAL_SERVER_ERROR", title: "Internal error" },
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldError[];
}

/** Whatever was thrown, as the one error class: an outage of the database is told from a bug, and a bug tells nothing to the outside. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (error instanceof TRPCError && isAppError(error.cause)) return error.cause;
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (isZodError(cause)) return fromIssues(cause.issues);
  if (isDatabaseAway(cause))
    return new AppError("unavailable", "the database does not answer", { code: "database", cause, retryAfterSeconds: 2 });
  if (error instanceof TRPCError && error.code !== "INTERNAL_SERVER_ERROR") {
    const kind = (Object.keys(MAP) as ErrorKind[]).find((key) => MAP[key].trpc === error.code) ?? "bad-input";
    return new AppError(kind, error.message, { cause: error });
  }
  return new AppError("internal", "something went wrong here; the log has it", { cause: error });
}

export function toProblem(error: AppError): Problem {
  const { status, title } = MAP[error.kind];
  const problem = { type: `urn:geostitch:problem:${error.code}`, title, status, detail: error.message, code: error.code };
  return error.kind === "bad-input" || error.errors.length > 0 ? { ...problem, errors: error.errors } : problem;
}

export function toTrpcError(error: unknown): TRPCError {
  const known = toAppError(error);
  return new TRPCError({ code: MAP[known.kind].trpc, message: known.message, cause: known });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code: string;
  readonly keys?: readonly string[];
}

const isZodError = (error: unknown): error is { issues: readonly Issue[] } =>
  typeof error === "object" && error !== null && "issues" in error && Array.isArray(error.issues);

function fromIssues(issues: readonly Issue[]): AppError {
  const errors = issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys" && issue.keys)
      return issue.keys.map((key) => ({
        path: path === "" ? key : `${path}.${key}`,
        message: `unknown key ${JSON.stringify(key)}`,
      }));
    return [{ path: path === "" ? "(body)" : path, message: issue.message.replace(/^Invalid input: /, "") }];
  });
  const [first] = errors;
  return new AppError("bad-input", first ? `${first.path}: ${first.message}` : "bad input", { errors });
}

/** For the log: what was behind an internal error. */
export const causeOf = (error: AppError): string => messageOf(error.cause ?? error);
