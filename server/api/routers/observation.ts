import { z } from "zod";
import { AppError } from "../../platform/app-error.ts";
import { timeSchema } from "../../platform/time-schema.ts";
import { procedureFor, router } from "../init.ts";
import { decodeNumberCursor, encodeCursor, pageInput, paginate, wholeNumber } from "../paginate.ts";
import {
  agentCreatedShape,
  agentShape,
  auditShape,
  densityShape,
  kpisShape,
  lastMinuteShape,
  pageOf,
  userLatencyShape,
} from "../shapes/index.ts";

const viewer = procedureFor("viewer");
const range = z.object({
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  step: wholeNumber({ min: 10, max: 86_400 }).optional(),
});
const POINTS_MAX = 2_000;
const HOUR_MS = 3_600_000;

/** The last hour where nothing is said; a step that never makes more points than a chart can hold. `[fromName, toName]`: the caller's words for the two ends. */
export function readRange(
  input: z.infer<typeof range>,
  now: Date,
  [fromName, toName] = ["from", "to"],
): { from: Date; to: Date; stepSeconds: number } {
  const to = input.to === undefined ? now : new Date(input.to);
  const from = input.from === undefined ? new Date(to.getTime() - HOUR_MS) : new Date(input.from);
  if (from >= to)
    throw new AppError("bad-input", `${fromName}: expected a time before \`${toName}\``, {
      errors: [{ path: fromName, message: `expected a time before \`${toName}\`` }],
    });
  const seconds = (to.getTime() - from.getTime()) / 1000;
  const least = Math.ceil(seconds / POINTS_MAX / 10) * 10;
  const stepSeconds = Math.max(10, input.step ?? Math.max(10, Math.ceil(seconds / 360 / 10) * 10));
  if (stepSeconds < least)
    throw new AppError("bad-input", `step: expected at least ${least} s for this range`, {
      errors: [{ path: "step", message: `expected at least ${least} s for this range` }],
    });
  return { from, to, stepSeconds: Math.round(stepSeconds / 10) * 10 };
}

export const kpisRouter = router({
  read: viewer
    .input(range.extend({ component: z.string().min(1), dataCenter: z.string().optional() }))
    .output(kpisShape)
    .query(async ({ ctx, input }) => {
      const range = readRange(input, ctx.services.clock.now());
      const [isRegistered, kpis] = await Promise.all([
        ctx.services.registry.hasComponent(input.component),
        ctx.services.observation.kpis({ ...range, component: input.component, dataCenter: input.dataCenter ?? null }),
      ]);
      if (!isRegistered) throw new AppError("not-found", `no component ${input.component}`);
      return kpis;
    }),
  lastMinute: viewer.output(lastMinuteShape).query(async ({ ctx }) => {
    const { components } = await ctx.services.registry.read();
    const targets = components.flatMap(({ key, spec: { performance } }): [string, number][] =>
      performance.latencyMsP95 === null ? [] : [[key, performance.latencyMsP95]],
    );
    return await ctx.services.observation.lastMinute(ctx.services.clock.now(), new Map(targets));
  }),
});

export const usersRouter = router({
  latency: viewer
    .input(
      range.extend({
        component: z.string().nullish(),
        dataCenter: z.string().nullish(),
        regions: z.stringbool().or(z.boolean()).default(true),
      }),
    )
    .output(userLatencyShape)
    .query(({ ctx, input }) =>
      ctx.services.observation.userLatency({
        ...readRange(input, ctx.services.clock.now()),
        component: input.component ?? null,
        dataCenter: input.dataCenter ?? null,
        regions: input.regions,
      }),
    ),
  density: viewer
    .input(
      range
        .omit({ step: true })
        .extend({ resolution: wholeNumber({ min: 0, max: 4 }).default(3), component: z.string().nullish() }),
    )
    .output(densityShape)
    .query(({ ctx, input }) => {
      const { from, to } = readRange(input, ctx.services.clock.now());
      return ctx.services.observation.density({ from, to, resolution: input.resolution, component: input.component ?? null });
    }),
});

const sought = z.string().trim().max(200).optional();

export const auditRouter = router({
  list: procedureFor("approver")
    .input(pageInput.extend({ actor: sought, action: sought, object: sought, text: sought }))
    .output(pageOf(auditShape))
    .query(async ({ ctx, input }) => {
      const items = await ctx.services.audit.list({
        limit: input.limit + 1,
        before: typeof input.cursor === "string" ? decodeNumberCursor(input.cursor) : null,
        filter: input,
      });
      const page = items.slice(0, input.limit);
      const end = page.at(-1);
      return { items: page, nextCursor: items.length > input.limit && end ? encodeCursor(String(end.seq)) : null };
    }),
  verify: procedureFor("approver")
    .output(
      z.object({
        ok: z.boolean(),
        entries: z.number().int(),
        head: z.string().nullable(),
        firstBad: z.number().int().nullable(),
        problem: z.enum(["edited", "deleted", "reordered", "cut-off"]).nullable(),
      }),
    )
    .query(({ ctx }) => ctx.services.audit.verify()),
});

export const agentsRouter = router({
  page: viewer
    .input(pageInput)
    .output(pageOf(agentShape))
    .query(async ({ ctx, input }) => paginate(await ctx.services.observation.agents(), (agent) => agent.id, input)),
  get: viewer
    .input(z.object({ name: z.string() }))
    .output(agentShape)
    .query(async ({ ctx, input }) => {
      const agent = (await ctx.services.observation.agents()).find(
        (entry) => entry.id === input.name || entry.name === input.name,
      );
      if (!agent) throw new AppError("not-found", `no agent ${input.name}`);
      return agent;
    }),
  create: procedureFor("administrator")
    .input(z.strictObject({ name: z.string().min(1).max(128), components: z.array(z.string()).min(1) }))
    .output(agentCreatedShape)
    .mutation(async ({ ctx, input }) => {
      const { components } = await ctx.services.registry.read();
      const unknown = input.components.findIndex((key) => !components.some((record) => record.key === key));
      if (unknown >= 0) {
        const message = `no component ${input.components[unknown] ?? ""}`;
        throw new AppError("bad-input", `components.${unknown}: ${message}`, {
          errors: [{ path: `components.${unknown}`, message }],
        });
      }
      return await ctx.services.observation.createAgent({ ...input, actor: ctx.actor, requestId: ctx.requestId });
    }),
  rotate: procedureFor("administrator")
    .input(z.strictObject({ id: z.string(), revokeOld: z.boolean().default(false) }))
    .output(agentCreatedShape)
    .mutation(({ ctx, input }) => ctx.services.observation.rotateAgent({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
  remove: procedureFor("administrator")
    .input(z.object({ id: z.string() }))
    .output(z.object({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.observation.deleteAgent({ id: input.id, actor: ctx.actor, requestId: ctx.requestId });
      return {};
    }),
});
