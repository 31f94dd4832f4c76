import type { FieldError } from "./app-error.ts";

const DEPTH_MAX = 32;

/**
 * What nothing from outside may hold anywhere: endless nesting, numbers that are none, text that PostgreSQL cannot keep, a
 * key that libraries drop without a word. Answers the first of it with its path, or null.
 */
export function findUnfit(value: unknown, at = "", depth = 0): FieldError | null {
  const unfit = (message: string): FieldError => ({ path: at, message });
  if (depth > DEPTH_MAX) return unfit(`expected at most ${DEPTH_MAX} levels of nesting`);
  if (typeof value === "number" && !Number.isFinite(value)) return unfit(`expected a finite number, got ${value}`);
  if (typeof value === "string" && !isStorable(value)) return unfit("expected well-formed text without NUL");
  if (typeof value === "bigint" || value instanceof Date || value instanceof Uint8Array) return unfit("expected plain JSON data");
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const path = Array.isArray(value) ? `${at}[${key}]` : at === "" ? key : `${at}.${key}`;
    if (key === "__proto__") return { path, message: 'unknown key "__proto__"' };
    const found = findUnfit(key, path, depth) ?? findUnfit(inner, path, depth + 1);
    if (found) return found;
  }
  return null;
}

export const isStorable = (text: string): boolean => !text.includes("\u0000") && text.isWellFormed();
