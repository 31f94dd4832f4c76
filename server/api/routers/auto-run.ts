import { z } from "zod";
import { policySpecSchema } from "../../component-registry/domain/manifest.ts";
import { DEFAULT_POLICY } from "../../component-registry/domain/policy.ts";
import { AppError } from "../../platform/app-error.ts";
import { timeSchema } from "../../platform/time-schema.ts";
import type { Context } from "../context.ts";
import { procedureFor, router } from "../init.ts";
import { paginateWhole, wholeInput } from "../paginate.ts";
import { autoRunShape, pageOf, shadowShape } from "../shapes/index.ts";

const viewer = procedureFor("viewer");
const policyName = z.string().min(1).max(63);
const span = z.object({ policy: policyName.default(DEFAULT_POLICY), from: timeSchema.optional(), to: timeSchema.optional() });
const SHADOW_MS = 7 * 86_400_000;

/** Everybody's policy comes last, as where policies are told one after the other. */
const orderOf = ({ policy }: { readonly policy: string }): string => `${policy === DEFAULT_POLICY ? 1 : 0}:${policy}`;

export const autoRunRouter = router({
  list: viewer
    .input(wholeInput)
    .output(pageOf(autoRunShape))
    .query(async ({ ctx, input }) => paginateWhole(await ctx.services.autoRun.list(), orderOf, input)),
  resume: procedureFor("approver")
    .input(z.strictObject({ policy: policyName, reason: z.string().trim().min(1, "expected a reason").max(2000) }))
    .output(autoRunShape)
    .mutation(({ ctx, input }) => ctx.services.autoRun.resume({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
});

export const shadowRouter = router({
  read: viewer
    .input(span)
    .output(shadowShape)
    .query(({ ctx, input }) => ctx.services.shadow.read({ ...readSpan(input, ctx), guardRails: null })),
  /** The same by the guard rails of a draft; nothing is kept. */
  draft: procedureFor("operator")
    .input(z.strictObject({ ...span.shape, spec: policySpecSchema }))
    .output(shadowShape)
    .mutation(({ ctx, input }) => ctx.services.shadow.read({ ...readSpan(input, ctx), guardRails: input.spec.guardRails })),
});

/** The last seven days where nothing is said. */
function readSpan({ policy, ...ends }: z.infer<typeof span>, { services }: Pick<Context, "services">) {
  const to = ends.to === undefined ? services.clock.now() : new Date(ends.to);
  const from = ends.from === undefined ? new Date(to.getTime() - SHADOW_MS) : new Date(ends.from);
  const message = "expected a time before `to`";
  if (from >= to) throw new AppError("bad-input", `from: ${message}`, { errors: [{ path: "from", message }] });
  return { policy, from, to };
}
