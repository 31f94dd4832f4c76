import { z } from "zod";
import { at } from "./common.ts";

/** Where an entry sends users: the data centre, one of its instances, and how long the way takes from the entry. */
const wayShape = z.object({
  dataCenter: z.string(),
  instance: z.string(),
  epoch: z.number().int(),
  /** Instances there that take turns. */
  instances: z.number().int(),
  latencyMs: z.number(),
  /** As this entry measured it, as a link gives it, or by distance. */
  latencyFrom: z.enum(["measured", "given", "estimated"]),
});

const routeShape = z.object({
  entry: z.string(),
  /** Where users who enter here go; null: no instance can serve. */
  chosen: wayShape.nullable(),
  /** Of the last minutes: users who came in here, and their share of all the component's users. */
  requestsPerSecond: z.number(),
  share: z.number().nullable(),
  /** From where they were answered; a null place: nobody could. */
  served: z.array(
    z.object({ dataCenter: z.string().nullable(), requestsPerSecond: z.number(), latencyMsP95: z.number().nullable() }),
  ),
});

export const routingShape = z.object({
  /** Of the newest published routes; null before the first. */
  version: z.number().int().nullable(),
  publishedAt: at.nullable(),
  /** Why nobody knows what entries have in force; null where the gateway answers. */
  gatewayProblem: z.string().nullable(),
  entries: z.array(
    z.object({
      dataCenter: z.string(),
      /** In force there; null where it does not answer. */
      version: z.number().int().nullable(),
      acknowledged: z.boolean(),
      /** Components whose requests wait there now. */
      holding: z.array(z.string()),
    }),
  ),
  components: z.array(
    z.object({
      component: z.string(),
      entrypoint: z.boolean(),
      stateKind: z.enum(["stateless", "partial", "full"]),
      epoch: z.number().int(),
      instances: z.array(z.object({ name: z.string(), dataCenter: z.string(), epoch: z.number().int() })),
      requestsPerSecond: z.number(),
      routes: z.array(routeShape),
    }),
  ),
});

export const simulationShape = z.object({
  component: z.string(),
  version: z.number().int(),
  from: z.object({
    kind: z.enum(["address", "country", "point"]),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    country: z.string().nullable(),
    city: z.string().nullable(),
    accuracyKm: z.number().nullable(),
  }),
  /** Where the user enters; null: no entry has routes. */
  entry: z.string().nullable(),
  /** The nearest entries, nearest first; empty where nobody knows where the user is. */
  entries: z.array(z.object({ dataCenter: z.string(), distanceKm: z.number(), accessMs: z.number() })),
  chosen: wayShape.nullable(),
  runnerUp: wayShape.nullable(),
  notes: z.array(z.object({ code: z.string(), message: z.string() })),
});

export type RoutingDto = z.infer<typeof routingShape>;
export type SimulationDto = z.infer<typeof simulationShape>;
