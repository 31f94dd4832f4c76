import { z } from "zod";
import { timeSchema } from "../../platform/time-schema.ts";

const placeSchema = z.string().min(1).max(400);
const millisecondsSchema = z.number().nonnegative().max(3_600_000);

const linkSampleSchema = z
  .strictObject({
    from: placeSchema,
    to: placeSchema,
    at: timeSchema,
    windowMs: z.int().positive().max(3_600_000),
    /** Of each probe that came back, in their order. */
    rttMs: z.array(millisecondsSchema).max(1_000),
    /** Probes that did not come back within their deadline. */
    lost: z.int().nonnegative().max(1_000_000),
    /** Of the last real transfer in the window; null where there was none. */
    throughputMbps: z.number().positive().max(10_000_000).nullable(),
  })
  .refine(({ from, to }) => from !== to, { path: ["to"], message: "expected another place than `from`" });

/** What an agent saw of the links of its place, by the same webhook as its KPIs. */
export const linkBatchSchema = z.strictObject({
  type: z.literal("link.batch.v1"),
  timestamp: timeSchema,
  data: z.strictObject({ samples: z.array(linkSampleSchema).max(10_000) }),
});

export type LinkSample = z.infer<typeof linkBatchSchema>["data"]["samples"][number];

export const isLinkBatch = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "type" in body && body.type === linkBatchSchema.shape.type.value;
