import { z } from "zod";
import { BINS } from "./histogram.ts";

const REQUESTS_MAX = 2_000_000_000;
const nameSchema = z.string().min(1).max(400);

/** What a gateway reports: requests of one component through one entry, from one cell of users, in one window. */
export const trafficSampleSchema = z
  .strictObject({
    component: nameSchema,
    entry: nameSchema,
    /** Where it was served; null when no instance could. */
    dataCenter: nameSchema.nullable(),
    /** False: one component calling another. */
    user: z.boolean(),
    country: z.string().max(3).nullable(),
    region: z.string().max(64).nullable(),
    cell: z.string().max(16).nullable(),
    requests: z.int().nonnegative().max(REQUESTS_MAX),
    errors: z.int().nonnegative(),
    /** Counts of the latency's histogram as `[bin, count, …]`. */
    latency: z
      .array(z.int().nonnegative().max(REQUESTS_MAX))
      .max(2 * BINS)
      .refine((pairs) => pairs.length % 2 === 0 && pairs.every((value, index) => index % 2 === 1 || value < BINS), {
        message: `expected pairs of a bin below ${BINS} and a count`,
      }),
    sumMs: z.number().nonnegative().max(1e15),
  })
  .refine(({ requests, errors }) => errors <= requests, { path: ["errors"], message: "expected at most `requests`" });

export const trafficBatchSchema = z.strictObject({
  type: z.literal("gateway.traffic.v1"),
  timestamp: z.string(),
  data: z.strictObject({ at: z.iso.datetime(), samples: z.array(trafficSampleSchema).max(20_000) }),
});

export type TrafficSample = z.infer<typeof trafficSampleSchema>;
