import { z } from "zod";
import { SEVERITIES } from "../../alerts/domain/alert.ts";
import { actorShape, at } from "./common.ts";

const severityShape = z.enum(SEVERITIES);
const objectShape = z.object({ kind: z.string(), id: z.string() });
const viewShape = z
  .object({ requestsPerSecond: z.number(), errorRate: z.number().nullable(), latencyMsP95: z.number().nullable() })
  .nullable();

export const alertShape = z.object({
  /** Stays the same for as long as the same thing is wrong. */
  id: z.string(),
  kind: z.string(),
  severity: severityShape,
  object: objectShape,
  component: z.string().nullable(),
  dataCenter: z.string().nullable(),
  region: z.string().nullable(),
  /** Null: since ever. */
  since: at.nullable(),
  message: z.string(),
  /** What callers got beside what instances did in the last minute, and what follows from the two. */
  cause: z.object({ conclusion: z.string().nullable(), gateway: viewShape, agents: viewShape }),
  /** An open plan that would help. */
  plan: z.string().nullable(),
  silence: z.object({ reason: z.string(), until: at, by: actorShape, createdAt: at }).nullable(),
});

export const alertsShape = z.object({
  at,
  /** Worst first. */
  items: z.array(alertShape),
  /** Over in the last 24 h, newest first. */
  ended: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      severity: severityShape,
      object: objectShape,
      message: z.string(),
      beganAt: at,
      lastAt: at,
    }),
  ),
  nextCursor: z.string().nullable(),
});

export type AlertDto = z.infer<typeof alertShape>;
export type AlertsDto = z.infer<typeof alertsShape>;
