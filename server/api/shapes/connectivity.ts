import { z } from "zod";
import { at } from "./common.ts";

/** One ordered pair of data centres: what was given, what agents measured, what traffic crosses it. */
export const pairShape = z.object({
  from: z.string(),
  to: z.string(),
  driver: z.string(),
  /** As a Link manifest says; null where none does. */
  givenRttMs: z.number().nullable(),
  /** From the distance, for comparison. */
  estimatedRttMs: z.number(),
  measured: z
    .object({
      rttMsMin: z.number(),
      rttMsP50: z.number(),
      rttMsP95: z.number(),
      /** Mean absolute difference of successive round-trip times (RFC 3550 without its smoothing). */
      jitterMs: z.number(),
      /** 0..1, probes that did not come back within their deadline. */
      lossShare: z.number(),
      /** Of real transfers; null while none was measured. */
      throughputMbps: z.number().nullable(),
      probes: z.number().int(),
      lastAt: at,
    })
    .nullable(),
  /** The value that decisions use, and where it is from. */
  rttMs: z.number(),
  rttFrom: z.enum(["measured", "given", "estimated"]),
  egressUsdPerGiB: z.number().nullable(),
  requestsPerSecond: z.number().nullable(),
});

export const connectivityShape = z.object({
  at,
  windowMs: z.number(),
  dataCenters: z.array(z.string()),
  pairs: z.array(pairShape),
});

/** Measured round-trip times of one pair over time. */
export const pairSeriesShape = z.object({
  from: z.string(),
  to: z.string(),
  points: z.array(
    z.object({
      at,
      rttMsP50: z.number().nullable(),
      rttMsP95: z.number().nullable(),
      jitterMs: z.number().nullable(),
      lossShare: z.number().nullable(),
      throughputMbps: z.number().nullable(),
    }),
  ),
});

export type ConnectivityDto = z.infer<typeof connectivityShape>;
export type PairDto = z.infer<typeof pairShape>;
