import { z } from "zod";

/** What the API answers, field for field as the public contract shows it: nothing is left out, unknown is null. */

export const at = z.string().describe("RFC 3339, UTC, milliseconds");
export const json = z.record(z.string(), z.unknown());
export const actorShape = z.object({ kind: z.enum(["user", "key", "system"]), name: z.string() });

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
