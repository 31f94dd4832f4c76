import { z } from "zod";
import { SEVERITIES } from "../../alerts/domain/alert.ts";
import type { AlertsNow, KnownAlert } from "../../alerts/index.ts";
import { timeSchema } from "../../platform/time-schema.ts";
import { procedureFor, router } from "../init.ts";
import { paginateWhole, wholeInput } from "../paginate.ts";
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

/** Worst first, then what lasts longest: as the alerts are found, so that a page goes on where the one before ended. */
const orderOf = ({ severity, since, id }: AlertDto): string => `${SEVERITIES.indexOf(severity)}:${since ?? ""}:${id}`;

const toAlerts = ({ at, alerts, ended }: AlertsNow, input: z.infer<typeof wholeInput>): AlertsDto => ({
  at: at.toISOString(),
  ...paginateWhole(alerts.map(toAlert), orderOf, input),
  ended: ended.map(({ beganAt, lastAt, object, ...episode }) => ({
    ...episode,
    object: { ...object },
    beganAt: beganAt.toISOString(),
    lastAt: lastAt.toISOString(),
  })),
});

export const alertsRouter = router({
  list: procedureFor("viewer")
    .input(wholeInput)
    .output(alertsShape)
    .query(async ({ ctx, input }) => toAlerts(await ctx.services.alerts.list(), input)),
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
