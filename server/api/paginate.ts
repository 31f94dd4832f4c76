import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import { isStorable } from "../platform/plain-data.ts";

export const LIMIT_MAX = 500;
/** A whole number from a query, written in digits: "", "1e2" and "0x10" are slips, not numbers. */
export const wholeNumber = (range: { min: number; max: number }) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?[0-9]{1,9}$/, "expected a whole number")
        .transform(Number),
    ])
    .pipe(z.int().min(range.min).max(range.max));

export const pageInput = z.object({
  limit: wholeNumber({ min: 1, max: LIMIT_MAX }).default(100),
  cursor: z.string().nullish(),
});
export type PageInput = z.infer<typeof pageInput>;

/**
 * One page of a list in order of `key`; the cursor is the last key of the page before, opaque to callers. The order is made
 * here: a database orders by its own rules for `-` and `/`, and a page that continues by another order loses items.
 */
export function paginate<T>(
  items: readonly T[],
  key: (item: T) => string,
  { limit, cursor }: PageInput,
): { items: T[]; nextCursor: string | null } {
  const all = [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const last = cursor === null || cursor === undefined ? null : decodeCursor(cursor);
  const start = last === null ? 0 : all.findIndex((item) => key(item) > last);
  const page = start < 0 ? [] : all.slice(start, start + limit);
  const end = page.at(-1);
  return { items: page, nextCursor: end !== undefined && start + limit < all.length ? encodeCursor(key(end)) : null };
}

/** Of a list that is short and read whole where nobody asks for less: what is wrong now, a row for each policy. */
export const wholeInput = pageInput.extend({ limit: wholeNumber({ min: 1, max: LIMIT_MAX }).optional() }).optional();

export const paginateWhole = <T>(items: readonly T[], key: (item: T) => string, input: z.infer<typeof wholeInput>) =>
  paginate(items, key, { limit: input?.limit ?? Math.max(1, items.length), cursor: input?.cursor });

export const encodeCursor = (key: string): string => Buffer.from(key).toString("base64url");

export function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (text === "" || encodeCursor(text) !== cursor || !isStorable(text)) throw badCursor();
  return text;
}

/** The cursor of a list that is numbered. */
export function decodeNumberCursor(cursor: string): number {
  const text = decodeCursor(cursor);
  if (!/^[0-9]{1,15}$/.test(text)) throw badCursor();
  return Number(text);
}

function badCursor(): AppError {
  const message = "expected one that a list has answered";
  return new AppError("bad-input", `cursor: ${message}`, { errors: [{ path: "cursor", message }] });
}
