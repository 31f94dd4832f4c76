import { z } from "zod";
import { at } from "./common.ts";
import { migrationShape } from "./migration.ts";
import { planShape } from "./plan.ts";

/** The world as it was at a time: where everything ran, what was moving, what waited for a decision. */
export const pastWorldShape = z.object({
  at,
  placements: z.array(z.object({ component: z.string(), dataCenter: z.string(), instances: z.number().int() })),
  migrations: z.array(migrationShape),
  plans: z.array(planShape),
});

export type PastWorldDto = z.infer<typeof pastWorldShape>;
