import { z } from "zod";
import { runningCostPerHour } from "../../component-registry/domain/running-cost.ts";
import { defaultPolicy } from "../../component-registry/domain/policy.ts";
import { procedureFor, router } from "../init.ts";
import { freezeShape } from "../shapes/index.ts";

const overviewShape = z.object({
  name: z.string(),
  lab: z.boolean(),
  place: z.string().nullable(),
  labClock: z.string().nullable(),
  labSpeed: z.number().nullable(),
  user: z.object({ name: z.string(), email: z.string(), role: z.string() }),
  mode: z.enum(["observe", "recommend", "approve", "auto"]),
  freeze: freezeShape,
  /** What all instances cost an hour by list price; null where no place has one. */
  costPerHour: z.object({ amount: z.number(), currency: z.string() }).nullable(),
  gatewayUrl: z.string(),
  geoipAttribution: z.object({ text: z.string(), url: z.string() }).nullable(),
});

export const worldRouter = router({
  overview: procedureFor("viewer")
    .output(overviewShape)
    .query(async ({ ctx }) => {
      const { world, registry, freeze } = ctx.services;
      const snapshot = await registry.read();
      const { name, lab, place, gatewayUrl, geoipAttribution, labSpeed } = world;
      const user = { name: ctx.actor.name, email: ctx.actor.kind === "user" ? ctx.actor.name : "", role: ctx.actor.role ?? "" };
      return {
        name,
        lab,
        place,
        gatewayUrl,
        geoipAttribution,
        labClock: await world.labClock(),
        labSpeed,
        user,
        mode: defaultPolicy(snapshot.policies).spec.mode,
        freeze: await freeze.read(),
        costPerHour: runningCostPerHour(snapshot),
      };
    }),
});
