import { z } from "zod";
import { PLAN_STATES } from "../../migration-planning/domain/plan/plan-states.ts";
import { actorShape, at } from "./common.ts";
import { migrationStateShape } from "./migration.ts";
import { termsShape } from "./registry.ts";

export const constraintShape = z.enum(["capacity", "residency", "pin", "affinity", "anti-affinity", "unreachable", "cordoned"]);
export const planStateShape = z.enum(PLAN_STATES);

const refusalShape = z.object({ constraint: constraintShape, message: z.string() });

/** One data centre as a place for one component. */
const candidateShape = z.object({
  dataCenter: z.string(),
  /** No constraint refuses it. The present place may be forbidden by a constraint that was written later. */
  allowed: z.boolean(),
  refusedBy: z.array(refusalShape),
  /** 0..100, higher is better; null: not known. */
  terms: termsShape,
  combined: z.number().nullable(),
  /** p95 of what the component's callers would get, through the call graph; null without evidence. */
  latencyMsP95: z.number().nullable(),
  /** Money an hour against the present place: compute, traffic between places and the value of waiting; negative saves. */
  usdPerHour: z.number().nullable(),
});

/** A finding of the performance analysis, with since when it holds. */
export const breachShape = z.object({
  kind: z.enum(["latency", "user-latency", "error-rate", "cpu", "link", "place-full", "users-moved"]),
  /** Component, link (`from/to`) or data centre. */
  subject: z.string(),
  component: z.string().nullable(),
  dataCenter: z.string().nullable(),
  /** Region of the users who feel it; null where it is not about users. */
  region: z.string().nullable(),
  since: at,
  value: z.number(),
  limit: z.number(),
  message: z.string(),
});

/** A dependency between two components, each at its present place. */
const callShape = z.object({
  from: z.string(),
  to: z.string(),
  fromDataCenter: z.string(),
  toDataCenter: z.string(),
  callsPerSecond: z.number().nullable(),
  rttMs: z.number(),
});

export const scoresShape = z.object({
  component: z.string(),
  at,
  policy: z.string(),
  weights: z.record(z.string(), z.number()),
  threshold: z.number(),
  candidate: z.boolean(),
  evidence: z.object({
    requests: z.number(),
    windowMs: z.number(),
    sufficient: z.boolean(),
    /** Whose measurement the latency is: the gateway's, the agents', or nobody's. */
    latencyFrom: z.enum(["gateway", "agents", "none"]),
    /** What is missing, in words; empty when sufficient. */
    missing: z.array(z.string()),
    /** Smoothed combined score (EWMA) and the CUSUM of its fall below the threshold, in points. */
    ewma: z.number().nullable(),
    cusum: z.number().nullable(),
  }),
  current: candidateShape.nullable(),
  /** Every other data centre, best first, refused ones last. */
  candidates: z.array(candidateShape),
  breaches: z.array(breachShape),
  calls: z.array(callShape),
  /** Open plan that would move the component, if any. */
  plan: z.string().nullable(),
});

const beforeShape = z.object({ terms: termsShape, combined: z.number().nullable(), latencyMsP95: z.number().nullable() });
const afterShape = beforeShape.extend({ latencyMsP95Interval: z.array(z.number()).length(2).nullable() });

/** What users of one region get before and after the whole plan, of this component. */
const regionChangeShape = z.object({
  region: z.string(),
  requestsPerSecond: z.number(),
  latencyMsP95: z.object({ before: z.number(), after: z.number(), interval: z.array(z.number()).length(2) }),
  /** Whether their p95 crosses the component's target. */
  target: z.enum(["enters", "leaves"]).nullable(),
});

export const planMoveShape = z.object({
  component: z.string(),
  from: z.string(),
  to: z.string(),
  before: beforeShape,
  after: afterShape,
  gain: z.object({ usdPerHour: z.number(), sharePercent: z.number() }),
  costUsd: z.number(),
  stateBytes: z.number(),
  predictedPauseMs: z.object({ p50: z.number(), p90: z.number() }),
  risks: z.array(z.object({ code: z.string(), severity: z.enum(["info", "warning", "critical"]), message: z.string() })),
  refused: z.array(z.object({ dataCenter: z.string(), constraint: constraintShape, message: z.string() })),
  migration: z.string().nullable(),
  /** State of that migration; null before the plan runs. */
  migrationState: migrationStateShape.nullable(),
  regions: z.array(regionChangeShape),
  /** From the score now to the score there: points by term (weight share × change), largest first; they sum to the change. */
  why: z.array(z.object({ term: z.string(), points: z.number() })),
  /** The chosen place, the next best, and doing nothing. */
  alternatives: z.array(
    z.object({
      dataCenter: z.string().nullable().describe("null: do nothing"),
      combined: z.number().nullable(),
      latencyMsP95: z.number().nullable(),
      usdPerHour: z.number().nullable(),
      chosen: z.boolean(),
      whyNot: z.string().nullable(),
    }),
  ),
  latencyTargetMsP95: z.number().nullable(),
});

export const planShape = z.object({
  id: z.string(),
  state: planStateShape,
  hash: z.string(),
  policy: z.string(),
  policyGeneration: z.number().int(),
  createdAt: at,
  expiresAt: at,
  proposedBy: actorShape,
  summary: z.string(),
  moves: z.array(planMoveShape),
  totals: z.object({
    gainPercent: z.number(),
    paybackHours: z.number().nullable(),
    usdPerHour: z.number(),
    costUsd: z.number(),
    /** Mean of the components' combined scores, weighted by their requests. */
    score: z.object({ before: z.number(), after: z.number() }),
  }),
  gap: z.object({ percent: z.number().nullable(), objective: z.number(), bound: z.number().nullable() }),
  decision: z.object({ kind: z.enum(["approved", "rejected"]), by: actorShape, at, reason: z.string() }).nullable(),
  /** Weights that the plan was made with: the policy's, or the operator's own for this plan. */
  weights: z.record(z.string(), z.number()),
  /** Guard rails as they stood when it was proposed. */
  guardRails: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string() })),
  /** The data centre that it empties, and what stays there; null: it is about something else. */
  drain: z
    .object({ dataCenter: z.string(), stays: z.array(z.object({ component: z.string(), message: z.string() })) })
    .nullable(),
  /** Why it is in its state where that needs words: superseded, expired, failed. */
  note: z.string().nullable(),
  supersededBy: z.string().nullable(),
  endedAt: at.nullable(),
});

export type PlanDto = z.infer<typeof planShape>;
export type PlanMoveDto = z.infer<typeof planMoveShape>;
export type ScoresDto = z.infer<typeof scoresShape>;
export type BreachDto = z.infer<typeof breachShape>;
