import { z } from "zod";
import { MIGRATION_STATES, STEP_NAMES, STEP_STATES } from "../../orchestration/domain/migration.ts";
import { actorShape, at } from "./common.ts";

const migrationStepNameShape = z.enum(STEP_NAMES);
export const migrationStateShape = z.enum(MIGRATION_STATES);

export const migrationStepShape = z.object({
  name: migrationStepNameShape,
  state: z.enum(STEP_STATES),
  attempt: z.number().int(),
  startedAt: at.nullable(),
  endedAt: at.nullable(),
  bytes: z.number().nullable(),
  rounds: z.number().int().nullable(),
  /** Sizes of the copy rounds so far, oldest first; null for steps that copy nothing. */
  roundBytes: z.array(z.object({ bytes: z.number(), durationMs: z.number() })).nullable(),
  error: z.string().nullable(),
});

const canarySideShape = z.object({
  requests: z.number().int(),
  errors: z.number().int(),
  latencyMsP95: z.number().nullable(),
});

/** How a move without state is tried on a part of the users before the rest follows. */
export const canaryShape = z.object({
  percent: z.number(),
  since: at,
  /** Null: it is being tried out. `insufficient-data`: too few requests to compare, and the rest has followed. */
  decision: z.enum(["held", "insufficient-data", "returned"]).nullable(),
  decidedAt: at.nullable(),
  reason: z.string().nullable(),
  target: canarySideShape,
  control: canarySideShape,
});

export const receiptShape = z.object({
  promised: z
    .object({
      pauseMs: z.number(),
      latencyMsP95: z.number().nullable(),
      latencyMsP95Interval: z.array(z.number()).nullable(),
      costUsd: z.number(),
    })
    .nullable(),
  achieved: z.object({ pauseMs: z.number().nullable(), latencyMsP95: z.number().nullable(), costUsd: z.number().nullable() }),
  bytes: z.number(),
  rounds: z.number().int(),
  held: z.number().int(),
  failedRequests: z.number().int(),
  digest: z
    .object({ source: z.string().nullable(), target: z.string().nullable(), items: z.number().int().nullable() })
    .nullable(),
  observedMs: z.number(),
  /** How the trial on a part of the users ended; null: there was none. */
  canary: canaryShape.nullable(),
  verdict: z.enum(["kept", "missed", "insufficient-data"]),
});

export const migrationShape = z.object({
  id: z.string(),
  component: z.string(),
  from: z.string(),
  to: z.string(),
  plan: z.string().nullable(),
  state: migrationStateShape,
  step: migrationStepNameShape.nullable(),
  epoch: z.object({ from: z.number().int(), to: z.number().int() }),
  pointOfNoReturnAt: at.nullable(),
  createdAt: at,
  endedAt: at.nullable(),
  reason: z.string(),
  requestedBy: actorShape,
  waitingFor: z.object({ code: z.string(), message: z.string() }).nullable(),
  steps: z.array(migrationStepShape),
  held: z.object({ now: z.number().int(), max: z.number().int(), total: z.number().int(), failed: z.number().int() }),
  pauseMs: z.number().nullable(),
  /** Null: all users went at once. */
  canary: canaryShape.nullable(),
  /** What an approver gave up to start a lost place's component again, and where the rest of it lies; null in other runs. */
  recovery: z
    .object({
      loss: z.string(),
      salvage: z.array(z.object({ instance: z.string(), dataCenter: z.string(), folder: z.string() })),
    })
    .nullable(),
  pauseBudgetMs: z.number(),
  error: z.string().nullable(),
  receipt: receiptShape.nullable(),
  /** The migration that this one brings back, and the one that brought this one back. */
  rollbackOf: z.string().nullable(),
  rolledBackBy: z.string().nullable(),
});

export type MigrationDto = z.infer<typeof migrationShape>;
export type MigrationStepDto = z.infer<typeof migrationStepShape>;
