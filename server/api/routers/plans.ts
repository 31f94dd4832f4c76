import { z } from "zod";
import { WEIGHT_TERMS } from "../../component-registry/domain/manifest.ts";
import { procedureFor, router } from "../init.ts";
import { decodeCursor, encodeCursor, pageInput } from "../paginate.ts";
import { pageOf, planShape, planStateShape } from "../shapes/index.ts";

const viewer = procedureFor("viewer");
const approver = procedureFor("approver");
const reason = z.string().trim().max(2000);
const weights = z
  .partialRecord(z.enum(WEIGHT_TERMS), z.number().nonnegative().max(1e6))
  .refine((given) => Object.values(given).some((weight) => weight > 0), { message: "expected at least one weight above 0" });
const hash = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, "expected the plan's hash")
  .nullable()
  .default(null);

export const plansRouter = router({
  create: procedureFor("operator")
    .input(
      z
        .strictObject({
          components: z.array(z.string()).min(1).max(500).nullable().default(null),
          weights: weights.nullable().default(null),
          policy: z.string().min(1).max(63).nullable().default(null),
        })
        .prefault({}),
    )
    .output(planShape)
    .mutation(({ ctx, input }) => ctx.services.plans.create({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
  approve: approver
    .input(z.strictObject({ id: z.string(), reason: reason.default(""), hash }))
    .output(planShape)
    .mutation(({ ctx, input }) => ctx.services.plans.approve({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
  reject: approver
    .input(z.strictObject({ id: z.string(), reason: reason.min(1, "expected a reason"), hash }))
    .output(planShape)
    .mutation(({ ctx, input }) => ctx.services.plans.reject({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
  get: viewer
    .input(z.object({ id: z.string() }))
    .output(planShape)
    .query(({ ctx, input }) => ctx.services.plans.get(input.id)),
  list: viewer
    .input(
      z.object({ states: z.array(planStateShape).optional(), limit: z.number().int().min(1).max(500).default(100) }).optional(),
    )
    .output(z.array(planShape))
    .query(async ({ ctx, input }) => {
      const { states, limit = 100 } = input ?? {};
      return [...(await ctx.services.plans.list({ limit, ...(states === undefined ? {} : { states }) }))];
    }),
  page: viewer
    .input(pageInput.extend({ state: planStateShape.optional() }))
    .output(pageOf(planShape))
    .query(async ({ ctx, input }) => {
      const plans = await ctx.services.plans.list({
        limit: input.limit + 1,
        ...(input.state === undefined ? {} : { states: [input.state] }),
        ...(typeof input.cursor === "string" ? { after: decodeCursor(input.cursor) } : {}),
      });
      const items = plans.slice(0, input.limit);
      const end = items.at(-1);
      return { items, nextCursor: plans.length > input.limit && end ? encodeCursor(end.id) : null };
    }),
});
