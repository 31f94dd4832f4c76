import { z } from "zod";
import { MODES } from "../../component-registry/domain/manifest.ts";
import { actorShape, at } from "./common.ts";
import { migrationStateShape } from "./migration.ts";

const verdictShape = z.enum(["kept", "missed", "insufficient-data"]);

const automaticMoveShape = z.object({
  migration: z.string(),
  component: z.string(),
  from: z.string(),
  to: z.string(),
  plan: z.string(),
  state: migrationStateShape,
  /** Null: it has no receipt yet. */
  verdict: verdictShape.nullable(),
  at,
});

/** How one policy's automatic moves stand. */
export const autoRunShape = z.object({
  policy: z.string(),
  mode: z.enum(MODES),
  applications: z.array(z.string()),
  /** `off`: neither the policy nor one of its components is in mode auto. */
  state: z.enum(["running", "stopped", "off", "frozen"]),
  since: at.nullable(),
  why: z.string().nullable(),
  /** Broken promises since the last resume, and after how many it stops; 0: never. */
  missed: z.number().int(),
  stopAfterMissed: z.number().int(),
  missedMoves: z.array(automaticMoveShape),
  lastMoves: z.array(automaticMoveShape),
  /** Null: any hour is allowed. `worldNow` and `worldChangesAt` are the world's clock, `changesAt` the wall clock's. */
  window: z
    .object({ open: z.boolean(), worldNow: at.nullable(), worldChangesAt: at.nullable(), changesAt: at.nullable() })
    .nullable(),
  /** Open plans that may run by themselves, each with the guard rails that hold it back now. */
  waiting: z.array(
    z.object({ plan: z.string(), summary: z.string(), heldBy: z.array(z.object({ rail: z.string(), message: z.string() })) }),
  ),
  resumed: z.object({ at, by: actorShape, reason: z.string() }).nullable(),
});

/** What mode auto would have done with what was proposed. */
export const shadowShape = z.object({
  policy: z.string(),
  from: at,
  to: at,
  plans: z.number().int(),
  wouldHaveRun: z.number().int(),
  heldBack: z.array(z.object({ rail: z.string(), count: z.number().int() })),
  /** Of those that would have run and that somebody approved. */
  kept: z.number().int(),
  missed: z.number().int(),
  insufficient: z.number().int(),
  /** Nobody ran them, so nobody knows. */
  notRun: z.number().int(),
  gainPercentMedian: z.number().nullable(),
  usdPerHour: z.number(),
  /** Newest first. */
  items: z.array(
    z.object({
      plan: z.string(),
      at,
      summary: z.string(),
      gainPercent: z.number(),
      usdPerHour: z.number(),
      wouldRun: z.boolean(),
      heldBy: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string() })),
      outcome: z.enum(["kept", "missed", "insufficient-data", "running", "not-run"]),
      /** How often the same was proposed again. */
      repeats: z.number().int(),
    }),
  ),
});

export type AutoRunDto = z.infer<typeof autoRunShape>;
export type ShadowDto = z.infer<typeof shadowShape>;
