import { z } from "zod";
import { viewMigration } from "../../orchestration/domain/view.ts";
import { timeSchema } from "../../platform/time-schema.ts";
import { procedureFor, router } from "../init.ts";
import { decodeCursor, encodeCursor, pageInput } from "../paginate.ts";
import { eventShape, freezeShape, migrationShape, migrationStateShape, pageOf } from "../shapes/index.ts";

const viewer = procedureFor("viewer");
const operator = procedureFor("operator");
const reason = z.string().trim().max(2000);
const intervention = z.strictObject({ id: z.string(), reason: reason.default("") });
const filter = z.object({ component: z.string().optional(), state: migrationStateShape.optional() });

export const migrationsRouter = router({
  create: operator
    .input(z.strictObject({ component: z.string(), from: z.string(), to: z.string(), reason: reason.default("") }))
    .output(migrationShape)
    .mutation(async ({ ctx, input }) =>
      viewMigration(await ctx.services.migrations.request({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
    ),
  abort: operator
    .input(intervention)
    .output(migrationShape)
    .mutation(async ({ ctx, input }) =>
      viewMigration(await ctx.services.migrations.abort({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
    ),
  rollback: operator
    .input(intervention)
    .output(migrationShape)
    .mutation(async ({ ctx, input }) =>
      viewMigration(await ctx.services.migrations.rollback({ ...input, actor: ctx.actor, requestId: ctx.requestId })),
    ),
  get: viewer
    .input(z.object({ id: z.string() }))
    .output(migrationShape)
    .query(async ({ ctx, input }) => viewMigration(await ctx.services.migrations.get(input.id))),
  list: viewer
    .input(
      z
        .object({
          component: z.string().optional(),
          limit: z.number().int().min(1).max(500).default(100),
          /** Only those that were open at some moment between the two; `to` is now where nothing is said. */
          from: timeSchema.optional(),
          to: timeSchema.optional(),
        })
        .optional(),
    )
    .output(z.array(migrationShape))
    .query(async ({ ctx, input }) => {
      const { from, to, ...filter } = input ?? {};
      const during =
        from === undefined
          ? {}
          : { during: { from: new Date(from), to: to === undefined ? ctx.services.clock.now() : new Date(to) } };
      return (await ctx.services.migrations.list({ limit: 100, ...withoutUndefined(filter), ...during })).map(viewMigration);
    }),
  /** The newest events about one migration, oldest first. */
  events: viewer
    .input(z.object({ id: z.string() }))
    .output(z.array(eventShape))
    .query(({ ctx, input }) => ctx.services.events.about(input.id, 500)),
  page: viewer
    .input(pageInput.extend(filter.shape))
    .output(pageOf(migrationShape))
    .query(async ({ ctx, input }) => {
      const migrations = await ctx.services.migrations.list({
        limit: input.limit + 1,
        ...(input.component === undefined ? {} : { component: input.component }),
        ...(input.state === undefined ? {} : { states: [input.state] }),
        ...(typeof input.cursor === "string" ? { after: decodeCursor(input.cursor) } : {}),
      });
      const items = migrations.slice(0, input.limit).map(viewMigration);
      const end = items.at(-1);
      return { items, nextCursor: migrations.length > input.limit && end ? encodeCursor(end.id) : null };
    }),
});

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

export const freezeRouter = router({
  get: viewer.output(freezeShape).query(({ ctx }) => ctx.services.freeze.read()),
  set: operator
    .input(
      z.strictObject({
        reason: reason.min(1, "expected a reason"),
        until: timeSchema.nullable().default(null),
      }),
    )
    .output(freezeShape)
    .mutation(({ ctx, input }) =>
      ctx.services.freeze.set({
        reason: input.reason,
        until: input.until === null ? null : new Date(input.until),
        actor: ctx.actor,
        requestId: ctx.requestId,
      }),
    ),
  clear: operator
    .input(z.strictObject({ reason: reason.nullable().default(null) }).optional())
    .output(freezeShape)
    .mutation(({ ctx, input }) =>
      ctx.services.freeze.clear({ reason: input?.reason ?? null, actor: ctx.actor, requestId: ctx.requestId }),
    ),
});
