import { z } from "zod";
import { AppError } from "../platform/app-error.ts";
import { ok, refused, type Result } from "../platform/result.ts";
import type { AdminAnswer, CommandContext, DeploymentDriver } from "../deployment/index.ts";

/** Where a component's state stands, as the component says (contract, section 7). */
const sealedSchema = z.object({
  position: z.union([z.string(), z.number()]).transform(String),
  digest: z.string(),
  items: z.number(),
  epoch: z.number(),
});
const digestSchema = sealedSchema.extend({ sealed: z.boolean() });
export type SealedState = z.infer<typeof sealedSchema>;
export type DigestState = z.infer<typeof digestSchema>;

export interface Ends {
  readonly place: string;
  readonly name: string;
}

/**
 * The commands of the `snapshot` state driver to one instance. A component that refuses a lower epoch is a refused result
 * with the code `stale-epoch`; one that does not speak the protocol is an error that names it.
 */
export function createSnapshotControl(driver: Pick<DeploymentDriver, "admin">) {
  return {
    /** Stops writes, waits for those in flight, and only then reads the position. */
    seal: async ({ place, name }: Ends, context: CommandContext): Promise<Result<SealedState>> =>
      read(await driver.admin(place, name, { method: "POST", path: "/geostitch/seal" }, context), name, sealedSchema),
    /** Opens for writes at the context's epoch. */
    activate: async ({ place, name }: Ends, context: CommandContext): Promise<Result<null>> => {
      const answer = await driver.admin(place, name, { method: "POST", path: "/geostitch/activate" }, context);
      return answer.status >= 200 && answer.status < 300 ? ok(null) : refusal(answer, name);
    },
    digest: async ({ place, name }: Ends, context: CommandContext): Promise<Result<DigestState>> =>
      read(await driver.admin(place, name, { method: "GET", path: "/geostitch/state/digest" }, context), name, digestSchema),
  };
}

/** The seal's answer where it came by way of a transfer; null where there was none. */
export function readSealed(text: string | null, name: string): Result<SealedState> | null {
  return text === null ? null : read({ status: 200, body: text }, name, sealedSchema);
}

function read<T>(answer: AdminAnswer, name: string, schema: z.ZodType<T>): Result<T> {
  if (answer.status < 200 || answer.status >= 300) return refusal(answer, name);
  const parsed = schema.safeParse(tryJson(answer.body));
  if (!parsed.success)
    throw new AppError(
      "unavailable",
      `${name} answered with something that is not the state protocol: ${answer.body.slice(0, 200)}`,
    );
  return ok(parsed.data);
}

function refusal({ status, body }: AdminAnswer, name: string): Result<never> {
  if (status >= 500 || status === 404 || status === 401)
    throw new AppError("unavailable", `${name} answered ${status}: ${body.slice(0, 200)}`);
  return refused([
    {
      code: status === 409 ? "stale-epoch" : "refused",
      path: null,
      message: `${name} answered ${status}: ${body.slice(0, 200)}`,
    },
  ]);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
