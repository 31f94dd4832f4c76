import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import { procedureFor, router } from "./init.ts";
import type { appRouter } from "./root.ts";
import { connectivityShape, pairSeriesShape } from "./shapes/index.ts";

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
    connectivity: router({
      matrix: viewer.output(connectivityShape).query(notMounted),
      series: viewer
        .input(z.object({ from: z.string(), to: z.string() }))
        .output(pairSeriesShape)
        .query(notMounted),
    }),
  });
}

/** The router as it is, and what is agreed beside it. */
export type AgreedRouter = typeof appRouter & ReturnType<typeof _agreed>;
