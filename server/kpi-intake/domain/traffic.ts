import { z } from "zod";

/** What a gateway reports: requests of one component through one entry, from one cell of users, in one window. */
export const trafficSampleSchema = z.object({
  component: z.string(),
  entry: z.string(),
  /** Where it was served; null when no instance could. */
  dataCenter: z.string().nullable(),
  /** False: one component calling another. */
  user: z.boolean(),
  country: z.string().nullable(),
  region: z.string().nullable(),
  cell: z.string().nullable(),
  requests: z.number().int().nonnegative(),
  errors: z.number().int().nonnegative(),
  counts: z.array(z.number().int().nonnegative()),
  sumMs: z.number().nonnegative(),
});

export const trafficBatchSchema = z.object({
  type: z.literal("gateway.traffic.v1"),
  timestamp: z.string(),
  data: z.object({ at: z.iso.datetime(), samples: z.array(trafficSampleSchema).max(20_000) }),
});

export type TrafficSample = z.infer<typeof trafficSampleSchema>;
