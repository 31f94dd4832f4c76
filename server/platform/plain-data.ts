import type { FieldError } from "./app-error.ts";

const DEPTH_MAX = 32;

/**
 * What nothing from outside may hold anywhere: endless nesting, numbers that are none, text that PostgreSQL cannot keep, a
 * key that libraries drop without a word. Answers the first of it with its path below `at`, or null.
 */
export function findUnfit(value: unknown, at = ""): FieldError | null {
  const found = unfitWithin(value, 0);
  return found && { path: found.steps.toReversed().reduce(joined, at), message: found.message };
}

interface Found {
  readonly message: string;
  /** From the innermost outward: a path is only put together where there is something to tell. */
  readonly steps: (string | number)[];
}

const joined = (at: string, step: string | number): string => {
  if (typeof step === "number") return `${at}[${step}]`;
  return at === "" ? step : `${at}.${step}`;
};

function unfitWithin(value: unknown, depth: number): Found | null {
  const message = depth > DEPTH_MAX ? `expected at most ${DEPTH_MAX} levels of nesting` : unfitItself(value);
  if (message !== null) return { message, steps: [] };
  if (typeof value !== "object" || value === null) return null;
  const isList = Array.isArray(value);
  for (const [key, inner] of isList ? value.entries() : Object.entries(value)) {
    const keyMessage = key === "__proto__" ? 'unknown key "__proto__"' : unfitItself(key);
    const found = keyMessage === null ? unfitWithin(inner, depth + 1) : { message: keyMessage, steps: [] };
    if (!found) continue;
    found.steps.push(key);
    return found;
  }
  return null;
}

function unfitItself(value: unknown): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? null : `expected a finite number, got ${value}`;
  if (typeof value === "string") return isStorable(value) ? null : "expected well-formed text without NUL";
  if (typeof value === "bigint" || value instanceof Date || value instanceof Uint8Array) return "expected plain JSON data";
  return null;
}

export const isStorable = (text: string): boolean => !text.includes("\u0000") && text.isWellFormed();
