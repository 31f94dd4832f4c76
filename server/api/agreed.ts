import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import { procedureFor, router } from "./init.ts";
import type { appRouter } from "./root.ts";
import { pageInput } from "./paginate.ts";
import {
  breachShape,
  connectivityShape,
  pageOf,
  pairSeriesShape,
  planShape,
  planStateShape,
  scoresShape,
} from "./shapes/index.ts";

/**
 * Procedures that are agreed and come with their own modules: the console is written against their types. Nothing here is
 * ever mounted; this file goes as they come.
 */
function _agreed() {
  const notMounted = (): never => {
    throw new AppError("internal", "this procedure has a type only");
  };
  const viewer = procedureFor("viewer");
  return router({
    plans: plansRouter(notMounted),
    components: router({
      scores: viewer
        .input(z.object({ component: z.string() }))
        .output(scoresShape)
        .query(notMounted),
    }),
    analysis: router({ breaches: viewer.output(z.array(breachShape)).query(notMounted) }),
    connectivity: router({
      matrix: viewer.output(connectivityShape).query(notMounted),
      series: viewer
        .input(z.object({ from: z.string(), to: z.string(), since: z.string().optional(), until: z.string().optional() }))
        .output(pairSeriesShape)
        .query(notMounted),
    }),
  });
}

function plansRouter(notMounted: () => never) {
  const viewer = procedureFor("viewer");
  return router({
    page: viewer
      .input(pageInput.extend({ state: planStateShape.optional() }))
      .output(pageOf(planShape))
      .query(notMounted),
    list: viewer
      .input(z.object({ states: z.array(planStateShape).optional(), limit: z.number().int().optional() }).optional())
      .output(z.array(planShape))
      .query(notMounted),
    get: viewer
      .input(z.object({ id: z.string() }))
      .output(planShape)
      .query(notMounted),
    create: procedureFor("operator")
      .input(
        z.strictObject({
          components: z.array(z.string()).optional(),
          weights: z.record(z.string(), z.number()).optional(),
        }),
      )
      .output(planShape)
      .mutation(notMounted),
    approve: procedureFor("approver")
      .input(z.strictObject({ id: z.string(), reason: z.string(), hash: z.string().optional() }))
      .output(planShape)
      .mutation(notMounted),
    reject: procedureFor("approver")
      .input(z.strictObject({ id: z.string(), reason: z.string() }))
      .output(planShape)
      .mutation(notMounted),
  });
}

type Agreed = ReturnType<typeof _agreed>;
type Known = typeof appRouter;
/** The router as it is, and what is agreed beside it. */
export type AgreedRouter = Known & Agreed;
