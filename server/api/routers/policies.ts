import { z } from "zod";
import { viewVersions } from "../../component-registry/domain/policy-versions.ts";
import { viewPolicy } from "../../component-registry/domain/views.ts";
import type { PreviewInputs } from "../../migration-planning/domain/preview/inputs.ts";
import { WEIGHT_TERMS } from "../../component-registry/domain/manifest.ts";
import { AppError } from "../../platform/app-error.ts";
import { procedureFor, router } from "../init.ts";
import { decodeNumberCursor, encodeCursor, paginate, pageInput, wholeNumber } from "../paginate.ts";
import { confirmedDraftShape, pageOf, policyShape, policyVersionShape, previewInputsShape } from "../shapes/index.ts";

const viewer = procedureFor("viewer");
const administrator = procedureFor("administrator");
const named = z.object({ name: z.string() });
const reason = z.string().trim().min(1, "expected a reason").max(2000);
const generation = wholeNumber({ min: 0, max: 1_000_000_000 });

const weights = z
  .partialRecord(z.enum(WEIGHT_TERMS), z.number().nonnegative().max(1e6))
  .refine((given) => Object.values(given).some((weight) => weight > 0), { message: "expected at least one weight above 0" });

/** As it is sent: lists that can be written to belong to nobody else. */
const toDto = (inputs: PreviewInputs): z.input<typeof previewInputsShape> => inputs as z.input<typeof previewInputsShape>;

export const policiesRouter = router({
  page: viewer
    .input(pageInput)
    .output(pageOf(policyShape))
    .query(async ({ ctx, input }) => {
      const { policies } = await ctx.services.registry.read();
      return paginate(policies.map(viewPolicy), (view) => view.metadata.name, input);
    }),
  get: viewer
    .input(named)
    .output(policyShape)
    .query(async ({ ctx, input }) => {
      const record = (await ctx.services.registry.read()).policies.find(({ name }) => name === input.name);
      if (!record) throw new AppError("not-found", `no policy ${input.name}`);
      return viewPolicy(record);
    }),
  versions: viewer
    .input(pageInput.extend(named.shape))
    .output(pageOf(policyVersionShape))
    .query(async ({ ctx, input: { name, limit, cursor } }) => {
      const below = typeof cursor === "string" ? decodeNumberCursor(cursor) : null;
      const versions = await ctx.services.registry.policyVersions({ policy: name, limit, below });
      const items = viewVersions(versions, limit);
      const end = items.at(-1);
      return { items, nextCursor: versions.length > limit && end ? encodeCursor(String(end.generation)) : null };
    }),
  publish: administrator
    .input(z.strictObject({ name: z.string(), spec: z.unknown(), reason, baseGeneration: generation }))
    .output(policyShape)
    .mutation(async ({ ctx, input }) =>
      viewPolicy(await ctx.services.registry.publishPolicy({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
    ),
  revert: administrator
    .input(z.strictObject({ name: z.string(), generation, reason }))
    .output(policyShape)
    .mutation(async ({ ctx, input }) =>
      viewPolicy(await ctx.services.registry.revertPolicy({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
    ),
  remove: administrator
    .input(named)
    .output(z.object({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.registry.removePolicy(input.name, ctx.actor, ctx.requestId);
      return {};
    }),
  previewInputs: viewer.output(previewInputsShape).query(async ({ ctx }) => toDto(await ctx.services.previews.inputs())),
  confirm: viewer
    .input(
      z.strictObject({
        policy: z.string(),
        applications: z.array(z.string()).max(1_000).default([]),
        weights,
        migrationThreshold: z.number().min(0).max(100),
        cooldownMinutes: z.number().nonnegative(),
        watchMs: z.number().nonnegative().default(60_000),
        observed: z.array(z.string()).max(10_000).default([]),
      }),
    )
    .output(confirmedDraftShape)
    .query(async ({ ctx, input }) => {
      const { moves, candidates, ...rest } = await ctx.services.previews.confirm(input);
      return { ...rest, candidates: [...candidates], moves: moves.map((move) => ({ ...move })) };
    }),
});
