import { z } from "zod";
import { at } from "./common.ts";

/** Terms in the order performance, proximity, dependency, cost, carbon, headroom, stability; null where nothing is known. */
const row = z.array(z.number().nullable());
const usd = z.tuple([z.number(), z.number(), z.number()]).describe("compute, traffic, waiting, an hour");
const amounts = z.tuple([z.number(), z.number(), z.number()]).describe("CPU millicores, memory MiB, storage MiB");
const counts = z
  .array(z.number())
  .describe("first latency bin that has requests, then requests a second of it and the bins after it");
const option = z.object({ allowed: z.array(z.boolean()), overall: z.array(row), usdPerHour: z.array(usd) });

export const previewInputsShape = z.object({
  at,
  worldSpeed: z.number(),
  places: z.array(z.object({ name: z.string(), free: amounts, gramsPerKWh: z.number().nullable() })),
  components: z.array(
    z.object({
      component: z.string(),
      application: z.string(),
      present: z.number().int(),
      demand: amounts,
      movable: z.boolean(),
      forced: z.boolean(),
      sufficient: z.boolean(),
      hoursSinceMove: z.number().nullable(),
      series: z.object({ performance: z.array(z.number()), proximity: z.array(z.number()).nullable() }),
      terms: z.array(row),
      latencyMsP95: row,
      alone: option,
      partners: z.array(z.number().int()),
      users: z.object({ requestsPerSecond: z.number(), targetMs: z.number().nullable(), latency: z.array(counts) }).nullable(),
    }),
  ),
  parts: z.array(
    z.object({
      components: z.array(z.number().int()),
      together: option,
      terms: z.array(z.array(row)),
      latencyMsP95: z.array(row),
      latency: z.array(z.array(counts).nullable()),
    }),
  ),
  overall: row,
  usdPerHour: usd,
});

const kpis = z.object({
  userMsP95: z.number().nullable(),
  inTargetShare: z.number().nullable(),
  usdPerHour: z.number(),
  egressUsdPerHour: z.number(),
  gramsPerKWh: z.number().nullable(),
});

export const confirmedDraftShape = z.object({
  at,
  candidates: z.array(z.string()),
  moves: z.array(z.object({ component: z.string(), from: z.string(), to: z.string() })),
  gainPercent: z.number(),
  paybackHours: z.number().nullable().describe("in how many hours the moves' cost has come back; null: never, or nothing moves"),
  kpis: z.object({ now: kpis, draft: kpis }),
});

export type ConfirmedDraftDto = z.infer<typeof confirmedDraftShape>;
