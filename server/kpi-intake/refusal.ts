import type { FieldError } from "../platform/app-error.ts";

/** Why a delivery is not taken, as its answer tells it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly retryAfter: number | null;
  constructor(
    status: number,
    code: string,
    detail: string,
    more: { readonly errors?: readonly FieldError[]; readonly retryAfter?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter ?? null;
  }
}

export const refusedAt = (path: string, message: string): Refusal =>
  new Refusal(400, "bad-input", `${path}: ${message}`, { errors: [{ path, message }] });
