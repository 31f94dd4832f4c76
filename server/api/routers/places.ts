import { z } from "zod";
import { viewMigration } from "../../orchestration/domain/view.ts";
import { procedureFor } from "../init.ts";
import { migrationShape, planShape } from "../shapes/index.ts";

const reason = z.string().trim().max(2000);
const why = reason.min(1, "expected a reason");

export const drainProcedure = procedureFor("operator")
  .input(z.strictObject({ name: z.string(), reason: why }))
  .output(planShape)
  .mutation(async ({ ctx, input }) => {
    const { actor, requestId, services } = ctx;
    return await services.drains.drain({ dataCenter: input.name, reason: input.reason, actor, requestId });
  });

export const undrainProcedure = procedureFor("operator")
  .input(z.strictObject({ name: z.string(), reason: reason.nullable().default(null) }))
  .output(z.object({}))
  .mutation(async ({ ctx, input }) => {
    const { actor, requestId, services } = ctx;
    await services.drains.undrain({ dataCenter: input.name, reason: input.reason ?? "", actor, requestId });
    return {};
  });

export const recoverProcedure = procedureFor("approver")
  .input(z.strictObject({ component: z.string(), to: z.string(), acceptLoss: z.boolean().default(false), reason: why }))
  .output(migrationShape)
  .mutation(async ({ ctx, input }) => {
    const { actor, requestId, services } = ctx;
    return viewMigration(await services.recoveries.recover({ ...input, actor, requestId }));
  });
