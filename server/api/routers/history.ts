import { z } from "zod";
import { timeSchema } from "../../platform/time-schema.ts";
import { procedureFor, router } from "../init.ts";
import { pastWorldShape, type PastWorldDto } from "../shapes/index.ts";

/** The views are made by the domain; a plan's states are the registry's own words. */
const toDto = (past: unknown): PastWorldDto => past as PastWorldDto;

export const historyRouter = router({
  at: procedureFor("viewer")
    .input(z.object({ at: timeSchema }))
    .output(pastWorldShape)
    .query(async ({ ctx, input }) => toDto(await ctx.services.history.at(new Date(input.at)))),
});
