import { initTRPC } from "@trpc/server";
import type { Role } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import { findUnfit } from "../platform/plain-data.ts";
import { roleAtLeast } from "../identity/domain/roles.ts";
import type { Context } from "./context.ts";
import { causeOf, toAppError, toProblem, toTrpcError } from "./error-map.ts";

export interface Meta {
  /** The least role that may call; every procedure has one, so that nothing is open by oversight. */
  readonly role: Role;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter: ({ shape, error }) => ({
      message: shape.message,
      code: shape.code,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, problem: toProblem(toAppError(error)) },
    }),
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const guarded = t.procedure.use(async ({ ctx, meta, next, path, getRawInput }) => {
  const { actor } = ctx;
  if (!actor) throw toTrpcError(new AppError("unauthenticated", "sign in, or send Authorization: Bearer with an API key"));
  const needed = meta?.role ?? "administrator";
  if (!roleAtLeast(actor.role, needed))
    throw toTrpcError(
      new AppError("forbidden", `this needs the role ${needed}, ${actor.name} has ${actor.role ?? "none"}`, { code: "role" }),
    );
  const unfit = findUnfit(await getRawInput());
  if (unfit) {
    const path = unfit.path === "" ? "(body)" : unfit.path;
    const errors = [{ path, message: unfit.message }];
    throw toTrpcError(new AppError("bad-input", `${path}: ${unfit.message}`, { errors }));
  }
  const result = await next({ ctx: { ...ctx, actor } });
  if (result.ok) return result;
  const known = toAppError(result.error);
  if (known.kind === "internal")
    ctx.services.logger.error({ path, requestId: ctx.requestId, cause: causeOf(known), err: known.cause }, "a procedure failed");
  throw toTrpcError(known);
});

/** The only way to make a procedure: who may call it stands first. */
export const procedureFor = (role: Role) => guarded.meta({ role });
