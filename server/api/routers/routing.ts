import { isIP } from "node:net";
import { z } from "zod";
import { AppError } from "../../platform/app-error.ts";
import type { UserPlace } from "../../routing-layer/index.ts";
import { procedureFor, router } from "../init.ts";
import { routingShape, simulationShape } from "../shapes/index.ts";

const viewer = procedureFor("viewer");

/** Degrees, from a query written in digits. */
const degrees = (max: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?[0-9]{1,3}(\.[0-9]{1,12})?$/, "expected degrees such as -23.55")
        .transform(Number),
    ])
    .pipe(z.number().min(-max).max(max));

const from = z.object({
  component: z.string().min(1),
  address: z
    .string()
    .refine((text) => isIP(text) > 0, "expected an IP address")
    .optional(),
  country: z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.string().regex(/^[A-Z]{2}$/, "expected two letters such as BR"))
    .optional(),
  latitude: degrees(90).optional(),
  longitude: degrees(180).optional(),
});

/** One way of saying where a user is; none or several is no question. */
function placeOf({ address, country, latitude, longitude }: z.infer<typeof from>): UserPlace {
  const half = (latitude === undefined) !== (longitude === undefined);
  const given: UserPlace[] = [
    ...(address === undefined ? [] : [{ kind: "address", address } as const]),
    ...(country === undefined ? [] : [{ kind: "country", country } as const]),
    ...(latitude === undefined || longitude === undefined ? [] : [{ kind: "point", latitude, longitude } as const]),
  ];
  const [place, another] = given;
  if (place && !another && !half) return place;
  const path = half ? (latitude === undefined ? "latitude" : "longitude") : "address";
  const message = half
    ? "expected latitude and longitude together"
    : "expected one of address, country, or latitude with longitude";
  throw new AppError("bad-input", `${path}: ${message}`, { errors: [{ path, message }] });
}

export const routingRouter = router({
  table: viewer
    .input(z.object({ component: z.string().optional() }).optional())
    .output(routingShape)
    .query(async ({ ctx, input }) => {
      const table = await ctx.services.routing.table();
      const component = input?.component;
      if (component === undefined) return table;
      const components = table.components.filter((entry) => entry.component === component);
      if (components.length === 0) throw new AppError("not-found", `no route is published for ${component}`);
      return { ...table, components };
    }),
  simulate: viewer
    .input(from)
    .output(simulationShape)
    .query(({ ctx, input }) => ctx.services.routing.simulate(input.component, placeOf(input))),
});
