import { z } from "zod";
import { actorShape, at } from "./common.ts";

export const eventShape = z.object({
  seq: z.number().int(),
  type: z.string(),
  at,
  subject: z.string(),
  component: z.string().nullable(),
  data: z.unknown(),
});

export const auditShape = z.object({
  seq: z.number().int(),
  at,
  actor: z.object({
    kind: z.enum(["user", "key", "system"]),
    id: z.string().nullable(),
    name: z.string(),
    role: z.string().nullable(),
  }),
  action: z.string(),
  object: z.object({ kind: z.string(), id: z.string() }),
  reason: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  requestId: z.string().nullable(),
  previousHash: z.string().nullable(),
  hash: z.string().nullable(),
});

const quantilesShape = z.object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() });

export const kpisShape = z.object({
  component: z.string(),
  from: at,
  to: at,
  stepSeconds: z.number(),
  series: z.array(
    z.object({
      dataCenter: z.string(),
      points: z.array(
        z.object({
          at,
          requestsPerSecond: z.number().nullable(),
          errorRate: z.number().nullable(),
          latencyMs: quantilesShape,
          cpuMillicores: z.number().nullable(),
        }),
      ),
    }),
  ),
});

/** The last whole minute as the gateway saw it. */
export const lastMinuteShape = z.object({
  from: at,
  to: at,
  components: z.array(
    z.object({
      component: z.string(),
      requestsPerSecond: z.number(),
      errorRate: z.number().nullable(),
      latencyMs: quantilesShape,
    }),
  ),
  links: z.array(z.object({ from: z.string(), to: z.string(), requestsPerSecond: z.number() })),
  usersInTargetShare: z.number().nullable(),
});

/** What users felt: the gateway's own view, by region of the users. Additional to `kpis`, which is by data centre. */
const feltShape = z.object({
  requestsPerSecond: z.number().nullable(),
  errorRate: z.number().nullable(),
  latencyMs: quantilesShape,
});
const feltPointsShape = z.array(feltShape.extend({ at }));
export const userLatencyShape = z.object({
  component: z.string().nullable(),
  from: at,
  to: at,
  stepSeconds: z.number(),
  series: z.array(z.object({ region: z.string(), points: feltPointsShape, whole: feltShape })),
  /** All regions together: histograms added, so these are true quantiles. */
  world: z.object({ points: feltPointsShape, lastMinute: feltShape }),
});

const userQuantilesShape = z.object({ p50: z.number().nullable(), p95: z.number().nullable() });
export const densityShape = z.object({
  from: at,
  to: at,
  resolution: z.number().int(),
  cells: z.array(
    z.object({
      h3: z.string(),
      country: z.string().nullable(),
      latitude: z.number(),
      longitude: z.number(),
      requests: z.number(),
      latencyMs: userQuantilesShape,
    }),
  ),
  countries: z.array(z.object({ country: z.string(), requests: z.number(), latencyMs: userQuantilesShape })),
  unplaced: z.object({ requests: z.number() }),
});

export const applyResultShape = z.object({
  changed: z.number().int(),
  unchanged: z.number().int(),
  dryRun: z.boolean(),
  objects: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      change: z.enum(["created", "updated", "unchanged"]),
      generation: z.number().int(),
      diff: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
  ),
});

export const freezeShape = z.object({
  frozen: z.boolean(),
  reason: z.string().nullable(),
  until: at.nullable(),
  since: at.nullable(),
  by: actorShape.nullable(),
});

export const agentShape = z.object({
  id: z.string(),
  name: z.string(),
  components: z.array(z.string()),
  createdAt: at,
  lastSeenAt: at.nullable(),
});
export const agentCreatedShape = z.object({
  id: z.string(),
  name: z.string(),
  components: z.array(z.string()),
  secret: z.string(),
});

export type KpisDto = z.infer<typeof kpisShape>;
export type LastMinuteDto = z.infer<typeof lastMinuteShape>;
export type UserLatencyDto = z.infer<typeof userLatencyShape>;
export type DensityDto = z.infer<typeof densityShape>;
export type AgentDto = z.infer<typeof agentShape>;
