import { z } from "zod";
import { beginObserving, type Observed } from "./domain/observation.ts";

const numbers = z.array(z.number());
const countersSchema = z.object({
  bounds: numbers,
  cumulative: numbers,
  sumSeconds: z.number(),
  errors: z.number(),
  createdSeconds: z.number().nullable(),
});
const observedSchema = z.object({
  windowFromMs: z.number(),
  process: z.object({ pid: z.number(), startTicks: z.string(), countsFromZero: z.boolean() }).nullable(),
  lastCounters: countersSchema.nullable(),
  lastCpu: z.object({ atMs: z.number(), cpuMs: z.number() }).nullable(),
  requests: z.object({ bounds: numbers, counts: numbers, sumSeconds: z.number(), errors: z.number() }),
  cpu: z.object({ usedMs: z.number(), watchedMs: z.number() }),
  memoryMiB: z.number().nullable(),
  isSeen: z.boolean(),
}) satisfies z.ZodType<Observed>;

/**
 * Goes on where the agent before this one was when it last closed a window. What was counted since is in the next scrape, so
 * that a `kill -9` loses nothing. A checkpoint of another version, or of a clock that was ahead, is none.
 */
export function resume(checkpoint: unknown, nowMs: number): Observed {
  const parsed = observedSchema.safeParse(checkpoint);
  return parsed.success && parsed.data.windowFromMs <= nowMs ? parsed.data : beginObserving(nowMs);
}
