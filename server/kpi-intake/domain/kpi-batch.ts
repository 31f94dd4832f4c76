import { z } from "zod";
import { timeSchema } from "../../platform/time-schema.ts";

const NAME_MAX = 400;

const latencySchema = z
  .strictObject({
    bounds: z.array(z.number().positive()).max(200),
    counts: z.array(z.int().nonnegative()).max(201),
    sum: z.number().nonnegative(),
  })
  .refine(({ bounds, counts }) => counts.length === bounds.length + 1, {
    path: ["counts"],
    message: "expected one entry more than bounds",
  })
  .refine(({ bounds }) => bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0)), {
    path: ["bounds"],
    message: "expected rising bounds",
  });

const sampleSchema = z
  .strictObject({
    instance: z.string().min(1).max(NAME_MAX),
    at: timeSchema,
    windowMs: z.int().positive().max(3_600_000),
    requests: z.int().nonnegative().max(2_000_000_000),
    errors: z.int().nonnegative(),
    latencyMs: latencySchema,
    cpuMillicores: z.number().nonnegative().nullable().default(null),
    memoryMiB: z.number().nonnegative().nullable().default(null),
  })
  .refine(({ requests, errors }) => errors <= requests, { path: ["errors"], message: "expected at most `requests`" })
  .refine(({ requests, latencyMs }) => latencyMs.counts.reduce((sum, count) => sum + count, 0) === requests, {
    path: ["latencyMs", "counts"],
    message: "expected counts that sum to `requests`",
  });

/** An agent's batch (contract, section 4): strict, bounded, consistent in itself. */
export const kpiBatchSchema = z.strictObject({
  type: z.literal("kpi.batch.v1"),
  timestamp: timeSchema,
  data: z.strictObject({ samples: z.array(sampleSchema).max(10_000) }),
});

export type KpiBatch = z.infer<typeof kpiBatchSchema>;
export type KpiSample = KpiBatch["data"]["samples"][number];

const AHEAD_MS_MAX = 86_400_000;

/** What was measured lies behind us, give or take a clock: a row of a far day would stand in the way of that day's partition. */
export function findUntimely(samples: readonly Pick<KpiSample, "at">[], now: Date): { path: string; message: string } | null {
  const index = samples.findIndex((sample) => new Date(sample.at).getTime() > now.getTime() + AHEAD_MS_MAX);
  return index < 0 ? null : { path: `data.samples.${index}.at`, message: "expected a time that is not to come" };
}
