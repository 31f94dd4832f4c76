import { z } from "zod";

/** One running copy that may be sent requests. `host:port` is reached over the link from the entry's place to `dataCenter`. */
export const routeInstanceSchema = z.object({
  name: z.string(),
  dataCenter: z.string(),
  host: z.string(),
  port: z.number().int(),
  epoch: z.number().int(),
});

export const routeComponentSchema = z.object({
  /** `application/name`. */
  component: z.string(),
  application: z.string(),
  name: z.string(),
  /** False: reached only by other components, through the entry of their own place. */
  entrypoint: z.boolean(),
  protocol: z.enum(["http", "tcp"]),
  stateKind: z.enum(["stateless", "partial", "full"]),
  /** Who owns the component's state; only grows. A snapshot never lowers it, and one that is higher ends a hold. */
  epoch: z.number().int(),
  /** Ready instances at the component's epoch, possibly none. */
  instances: z.array(routeInstanceSchema),
  /** How many of its users each place gets, while a move is tried out; empty: everybody goes where it is nearest. */
  shares: z.array(z.object({ dataCenter: z.string(), percent: z.number().min(0).max(100) })).default([]),
});

/**
 * Everything a gateway needs, whole and self-consistent, published under a version that only grows. A gateway refuses a
 * version lower than its own (409), acknowledges the rest by answering 200 once it is in force and on its disk.
 */
export const routeSnapshotSchema = z.object({
  version: z.number().int(),
  publishedAt: z.string(),
  /** Every data centre: an entry stands at each. */
  dataCenters: z.array(z.object({ name: z.string(), latitude: z.number(), longitude: z.number(), country: z.string() })),
  /** Round-trip times between places, both directions; the first guess before the gateway has measured. */
  links: z.array(z.object({ from: z.string(), to: z.string(), rttMs: z.number() })),
  components: z.array(routeComponentSchema),
});

/** Queue new requests of a component at one entry until a snapshot with a higher epoch for it comes, or the deadline passes. */
export const holdCommandSchema = z.object({
  commandId: z.string(),
  component: z.string(),
  /** Hold at this epoch; one below the highest the entry has seen for the component is refused with 409. */
  epoch: z.number().int(),
  /** How long a request may wait before it is answered 503 with Retry-After. */
  deadlineMs: z.number().int().positive(),
  countMax: z.number().int().positive(),
  bytesMax: z.number().int().positive(),
});

/** Instances that will be routed in a moment: connections to them may be opened now. `path` answers whether they are ready. */
export const warmCommandSchema = z.object({
  path: z.string(),
  instances: z.array(z.object({ dataCenter: z.string(), host: z.string(), port: z.number().int() })).max(100),
});

/** Instances that somebody doubts: whether this entry can reach them over its links. */
export const probeCommandSchema = z.object({
  targets: z.array(z.object({ dataCenter: z.string(), host: z.string(), port: z.number().int() })).max(100),
});
export const probeAnswerSchema = z.object({ reached: z.number().int() });

/** What one entry says of itself: `GET /v1/entries/{entry}`. */
export const entryStatusSchema = z.object({
  entry: z.string(),
  /** Version in force; 0 before the first snapshot. */
  version: z.number().int(),
  holds: z.array(
    z.object({
      component: z.string(),
      epoch: z.number().int(),
      /** Requests waiting now, the most that waited at once, all that waited, those answered 503. */
      now: z.number().int(),
      max: z.number().int(),
      total: z.number().int(),
      failed: z.number().int(),
      oldestMs: z.number(),
      /** From the first held request to the first answer after the release; null while held. */
      pauseMs: z.number().nullable(),
      state: z.enum(["holding", "released", "expired"]),
    }),
  ),
});

/** How long requests of a component took from one entry to instances in one place, as a weighted mean. */
export const entryLatencySchema = z.object({
  entry: z.string(),
  component: z.string(),
  dataCenter: z.string(),
  latencyMs: z.number(),
});

export type RouteInstance = z.infer<typeof routeInstanceSchema>;
export type RouteComponent = z.infer<typeof routeComponentSchema>;
export type RouteSnapshot = z.infer<typeof routeSnapshotSchema>;
export type ProbeCommand = z.infer<typeof probeCommandSchema>;
export type WarmCommand = z.infer<typeof warmCommandSchema>;
export type HoldCommand = z.infer<typeof holdCommandSchema>;
export type EntryStatus = z.infer<typeof entryStatusSchema>;
export type EntryLatency = z.infer<typeof entryLatencySchema>;
