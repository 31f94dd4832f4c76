/** The closed set of kinds of failure; `server/api/error-map.ts` is the one place that turns them into HTTP. */
export type ErrorKind =
  | "bad-input"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "too-large"
  | "constraint"
  | "too-many-requests"
  | "unavailable"
  | "internal";

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** Finer than the kind, stable, for programs: `busy`, `frozen`, `capacity`, … */
  readonly code?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The one error class that crosses a module's door. The message names the thing and what was expected of it. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor(kind: ErrorKind, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.kind = kind;
    this.code = options.code ?? kind;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** A caught `unknown` as words, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** By shape, not by class: Next bundles routes and the instrumentation hook apart, so the class exists twice in one process. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError" && "kind" in error && "errors" in error;
}
