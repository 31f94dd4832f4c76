import { z } from "zod";
import { timeSchema } from "../../platform/time-schema.ts";

const NAME_MAX = 400;
/** Sums of these stay numbers, however many there are; a process that uses more is not of this world. */
const SUM_MS_MAX = 1e15;
const MILLICORES_MAX = 1e9;
const MEBIBYTES_MAX = 1e12;

const latencySchema = z
  .strictObject({
    bounds: z.array(z.number().positive().max(SUM_MS_MAX)).max(200),
    counts: z.array(z.int().nonnegative()).max(201),
    sum: z.number().nonnegative().max(SUM_MS_MAX),
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
    cpuMillicores: z.number().nonnegative().max(MILLICORES_MAX).nullable().default(null),
    memoryMiB: z.number().nonnegative().max(MEBIBYTES_MAX).nullable().default(null),
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

/** Clocks differ by no more than a delivery's own time may. */
const AHEAD_MS_MAX = 300_000;
/** An agent's spool may hold a week; what is older has no raw rows beside it any more, and would stand in for all of its minute. */
export const KPI_LATE_MS_MAX = 7 * 86_400_000;
/** A gateway keeps a quarter of an hour for an intake that is away. */
export const TRAFFIC_LATE_MS_MAX = 5 * 3_600_000;

export function untimely(at: string, now: Date, lateMsMax: number): string | null {
  const ms = new Date(at).getTime();
  if (ms > now.getTime() + AHEAD_MS_MAX) return "expected a time that is not to come";
  return ms < now.getTime() - lateMsMax ? `expected a time of the last ${lateMsMax / 3_600_000} hours` : null;
}

/** What was measured lies behind us, give or take a clock, and not so far that nothing of its time is kept. */
export function findUntimely(samples: readonly Pick<KpiSample, "at">[], now: Date): { path: string; message: string } | null {
  for (const [index, { at }] of samples.entries()) {
    const message = untimely(at, now, KPI_LATE_MS_MAX);
    if (message !== null) return { path: `data.samples.${index}.at`, message };
  }
  return null;
}
