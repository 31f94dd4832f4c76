import { z } from "zod";
import { MODES, WEEKDAYS } from "../../component-registry/domain/manifest.ts";
import { actorShape, at, json } from "./common.ts";

export const termsShape = z.record(z.string(), z.number().nullable());
const amountsShape = z.object({ cpuMillicores: z.number(), memoryMiB: z.number(), storageMiB: z.number() });

export const dataCenterShape = z.object({
  kind: z.literal("DataCenter"),
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()), generation: z.number().int() }),
  spec: z.object({
    location: z.object({ latitude: z.number(), longitude: z.number(), city: z.string().nullable(), country: z.string() }),
    capacity: z.object({ cpu: z.string(), memory: z.string(), storage: z.string() }),
    price: z
      .object({
        cpuHour: z.number(),
        memoryGiBHour: z.number(),
        storageGiBMonth: z.number(),
        egressGiB: z.number(),
        currency: z.string(),
      })
      .nullable(),
    carbon: z.object({ gramsPerKWh: z.number() }).nullable(),
    runtime: z.object({ driver: z.string(), options: json }),
    cordoned: z.boolean(),
  }),
  status: z.object({
    state: z.enum(["ready", "cordoned", "unreachable"]),
    lastSeenAt: at.nullable(),
    instances: z.number().int(),
    used: amountsShape,
    reserved: amountsShape,
    free: amountsShape,
    /** Being emptied: it takes nothing new, and of `total` components so many are gone. Null: it is not. */
    drain: z
      .object({
        reason: z.string(),
        since: at,
        by: actorShape,
        plan: z.string().nullable(),
        gone: z.number().int(),
        total: z.number().int(),
      })
      .nullable(),
    /** Neither its host nor its instances can be reached: since when, and what becomes of what ran only there. Null: it is not lost. */
    loss: z
      .object({
        since: at,
        components: z.array(
          z.object({
            component: z.string(),
            outcome: z.enum(["ordered", "waits", "needs-approver"]),
            message: z.string(),
            migration: z.string().nullable(),
          }),
        ),
      })
      .nullable(),
  }),
});

const placeListShape = z.object({ countries: z.array(z.string()), dataCenters: z.array(z.string()) });

export const componentSpecShape = z.object({
  version: z.string(),
  artifact: z.object({ driver: z.string(), command: z.array(z.string()) }),
  env: z.record(z.string(), z.string()),
  network: z.object({
    protocol: z.enum(["http", "tcp"]),
    readiness: z.object({ path: z.string(), timeoutMs: z.number() }).nullable(),
  }),
  resources: z.object({ cpu: z.string(), memory: z.string(), storage: z.string() }),
  replicas: z.object({ min: z.number().int(), max: z.number().int() }),
  dependencies: z.array(
    z.object({ component: z.string(), callsPerRequest: z.number(), requestBytes: z.number(), responseBytes: z.number() }),
  ),
  performance: z.object({
    latencyMsP95: z.number().nullable(),
    throughputRps: z.number().nullable(),
    errorRate: z.number().nullable(),
  }),
  placement: z.object({
    prefer: placeListShape,
    allow: placeListShape,
    deny: placeListShape,
    affinity: z.array(z.string()),
    antiAffinity: z.array(z.string()),
    pinned: z.string().nullable(),
  }),
  state: z.object({ kind: z.enum(["stateless", "partial", "full"]), driver: z.string().nullable(), sizeMiB: z.number() }),
  entrypoint: z.boolean(),
});

export const componentShape = z.object({
  kind: z.literal("Component"),
  metadata: z.object({
    application: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    generation: z.number().int(),
  }),
  spec: componentSpecShape,
  status: z.object({
    state: z.enum(["pending", "ready", "degraded", "down", "migrating"]),
    epoch: z.number().int(),
    placements: z.array(z.object({ dataCenter: z.string(), instances: z.number().int(), ready: z.number().int() })),
    /** Null until scores exist. */
    score: z.object({ terms: termsShape, combined: z.number().nullable() }).nullable(),
    candidate: z.boolean().nullable(),
    /** Id of the migration under way. */
    migration: z.string().nullable(),
  }),
});

export const instanceShape = z.object({
  name: z.string(),
  component: z.string(),
  dataCenter: z.string(),
  state: z.enum(["starting", "ready", "sealed", "draining", "stopped", "failed"]),
  epoch: z.number().int(),
  version: z.string(),
  agent: z.string().nullable(),
  pid: z.number().int().nullable(),
  restarts: z.number().int(),
  startedAt: at.nullable(),
  changedAt: at,
  lastExit: z.string().nullable(),
  nextRestartAt: at.nullable(),
});

export const linkShape = z.object({
  kind: z.literal("Link"),
  metadata: z.object({ from: z.string(), to: z.string(), generation: z.number().int() }),
  spec: z.object({
    driver: z.string(),
    rttMs: z.number().nullable(),
    bandwidthMbps: z.number().nullable(),
    egressGiB: z.number().nullable(),
  }),
});

const modeShape = z.enum(MODES);
const policySpecShape = z.object({
  weights: z.record(z.string(), z.number()),
  migrationThreshold: z.number(),
  mode: modeShape,
  componentModes: z.record(z.string(), modeShape),
  applications: z.array(z.string()),
  guardRails: z.object({
    maxConcurrent: z.number().int(),
    cooldownMinutes: z.number(),
    minGainPercent: z.number(),
    paybackHours: z.number(),
    maxPerHour: z.number().int(),
    pauseBudgetMs: z.number(),
    holdDeadlineMs: z.number(),
    watchMs: z.number(),
    regressionPercent: z.number(),
    windows: z.array(
      z.object({
        kind: z.enum(["allow", "deny"]),
        days: z.array(z.enum(WEEKDAYS)),
        from: z.string(),
        to: z.string(),
        reason: z.string(),
      }),
    ),
    stopAfterMissed: z.number().int(),
    maxPerDataCenter: z.number().int(),
    canaryPercent: z.number(),
    canaryMs: z.number().int(),
  }),
  selfHealing: z.object({ enabled: z.boolean(), afterMs: z.number().int() }),
});
export const policyShape = z.object({
  kind: z.literal("Policy"),
  metadata: z.object({ name: z.string(), generation: z.number().int() }),
  spec: policySpecShape,
});

export const policyVersionShape = z.object({
  policy: z.string(),
  generation: z.number().int(),
  at,
  by: actorShape,
  /** Null: it was applied with a manifest. */
  reason: z.string().nullable(),
  /** The generation that was brought back; null for what is new. */
  revertOf: z.number().int().nullable(),
  spec: policySpecShape,
  /** Against the generation before. */
  diff: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
});

export type DataCenterDto = z.infer<typeof dataCenterShape>;
export type ComponentDto = z.infer<typeof componentShape>;
export type InstanceDto = z.infer<typeof instanceShape>;
export type PolicyDto = z.infer<typeof policyShape>;
export type PolicyVersionDto = z.infer<typeof policyVersionShape>;
