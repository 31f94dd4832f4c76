import { AppError, type FieldError } from "../platform/app-error.ts";
import type { Reason } from "../platform/result.ts";

/** Every reason against what was written, each with its path. */
export function badInput(reasons: readonly Reason[]): AppError {
  const errors: FieldError[] = reasons.map((reason) => ({ path: reason.path ?? "(manifest)", message: reason.message }));
  const [first] = errors;
  return new AppError("bad-input", first ? `${first.path}: ${first.message}` : "bad input", { errors });
}
