import { z } from "zod";
import { timeSchema } from "../../platform/time-schema.ts";
import { procedureFor, router } from "../init.ts";
import { pastWorldShape } from "../shapes/index.ts";

export const historyRouter = router({
  at: procedureFor("viewer")
    .input(z.object({ at: timeSchema }))
    .output(pastWorldShape)
    .query(async ({ ctx, input }) => {
      const { at, placements, migrations, plans } = await ctx.services.history.at(new Date(input.at));
      return { at, placements: [...placements], migrations: [...migrations], plans: [...plans] };
    }),
});
