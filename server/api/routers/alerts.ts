import { z } from "zod";
import type { AlertsNow, KnownAlert } from "../../alerts/index.ts";
import { timeSchema } from "../../platform/time-schema.ts";
import { procedureFor, router } from "../init.ts";
import { alertShape, alertsShape, type AlertDto, type AlertsDto } from "../shapes/index.ts";

const operator = procedureFor("operator");

const toAlert = ({ silence, since, object, cause, ...alert }: KnownAlert): AlertDto => ({
  ...alert,
  object: { ...object },
  cause: { ...cause },
  since: since?.toISOString() ?? null,
  silence: silence && {
    reason: silence.reason,
    until: silence.until.toISOString(),
    by: { ...silence.by },
    createdAt: silence.createdAt.toISOString(),
  },
});

const toAlerts = ({ at, alerts, ended }: AlertsNow): AlertsDto => ({
  at: at.toISOString(),
  items: alerts.map(toAlert),
  ended: ended.map(({ beganAt, lastAt, object, ...episode }) => ({
    ...episode,
    object: { ...object },
    beganAt: beganAt.toISOString(),
    lastAt: lastAt.toISOString(),
  })),
  nextCursor: null,
});

export const alertsRouter = router({
  list: procedureFor("viewer")
    .output(alertsShape)
    .query(async ({ ctx }) => toAlerts(await ctx.services.alerts.list())),
  silence: operator
    .input(
      z.strictObject({
        id: z.string().min(1).max(400),
        reason: z.string().trim().min(1, "expected a reason").max(2000),
        until: timeSchema,
      }),
    )
    .output(alertShape)
    .mutation(async ({ ctx, input: { until, ...input } }) =>
      toAlert(
        await ctx.services.alerts.silence({
          ...input,
          until: new Date(until),
          actor: ctx.actor,
          requestId: ctx.requestId,
        }),
      ),
    ),
  endSilence: operator
    .input(z.object({ id: z.string() }))
    .output(z.object({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.alerts.endSilence({ id: input.id, actor: ctx.actor, requestId: ctx.requestId });
      return {};
    }),
});
