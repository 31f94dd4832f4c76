import { z } from "zod";
import { AppError } from "../platform/app-error.ts";

export const LIMIT_MAX = 500;
export const pageInput = z.object({
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(100),
  cursor: z.string().nullish(),
});
export type PageInput = z.infer<typeof pageInput>;

/** One page of a list that is in order of `key`; the cursor is the last key of the page before, opaque to callers. */
export function paginate<T>(
  all: readonly T[],
  key: (item: T) => string,
  { limit, cursor }: PageInput,
): { items: T[]; nextCursor: string | null } {
  const last = cursor === null || cursor === undefined ? null : decodeCursor(cursor);
  const start = last === null ? 0 : all.findIndex((item) => key(item) > last);
  const items = start < 0 ? [] : all.slice(start, start + limit);
  const end = items.at(-1);
  return { items, nextCursor: end !== undefined && start + limit < all.length ? encodeCursor(key(end)) : null };
}

export const encodeCursor = (key: string): string => Buffer.from(key).toString("base64url");

export function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (text === "" || encodeCursor(text) !== cursor) {
    throw new AppError("bad-input", "cursor: expected one that a list has answered", {
      errors: [{ path: "cursor", message: "expected one that a list has answered" }],
    });
  }
  return text;
}
