import { z } from "zod";
import { AppError } from "../../platform/app-error.ts";
import { timeSchema } from "../../platform/time-schema.ts";
import { procedureFor, router } from "../init.ts";
import { wholeNumber } from "../paginate.ts";
import { connectivityShape, pairSeriesShape } from "../shapes/connectivity.ts";
import { readRange } from "./observation.ts";

const viewer = procedureFor("viewer");

export const connectivityRouter = router({
  /** The links among all data centres, measured over the last five minutes. */
  matrix: viewer.output(connectivityShape).query(({ ctx }) => ctx.services.connectivity.matrix(ctx.services.clock.now())),
  /** `from` and `to` are the pair's data centres, `since` and `until` the span of time. */
  series: viewer
    .input(
      z.object({
        from: z.string().min(1),
        to: z.string().min(1),
        since: timeSchema.optional(),
        until: timeSchema.optional(),
        step: wholeNumber({ min: 10, max: 86_400 }).optional(),
      }),
    )
    .output(pairSeriesShape)
    .query(async ({ ctx, input }) => {
      const { dataCenters } = await ctx.services.registry.read();
      for (const place of [input.from, input.to])
        if (!dataCenters.some(({ name }) => name === place)) throw new AppError("not-found", `no data centre ${place}`);
      const asked = { from: input.since, to: input.until, step: input.step };
      const { from, to, stepSeconds } = readRange(asked, ctx.services.clock.now(), ["since", "until"]);
      return await ctx.services.connectivity.series({ from: input.from, to: input.to, since: from, until: to, stepSeconds });
    }),
});
