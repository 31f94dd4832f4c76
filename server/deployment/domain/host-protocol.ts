import { z } from "zod";

/**
 * What the orchestrator says to a host, the process driver's receiving side. HTTP/JSON, `Authorization: Bearer <host token>`.
 * Every command carries headers `geostitch-epoch` and `geostitch-command-id`: the host keeps, per component and on disk, the
 * highest epoch it has seen, refuses a lower one with 409, and answers a repeated command id with the stored result.
 *
 *   GET    /v1/instances?dataCenter=            {"items":[HostInstance]}
 *   GET    /v1/watch?dataCenter=                NDJSON stream of WatchLine, first a `snapshot`, a `ping` each second
 *   PUT    /v1/instances/{name}                 DeployCommand → 202 HostInstance; it goes on by itself: restarts, back-off
 *   PUT    /v1/instances/{name}/agent           AgentOrder → 202 HostInstance; never starts the instance again
 *   DELETE /v1/instances/{name}                 StopCommand → 200 HostInstance (state stopped); its folder is removed on request
 *   ANY    /v1/instances/{name}/admin/{path}    passed to the instance's admin port with its own token
 *   POST   /v1/instances/{name}/sealed-state    seals the instance and answers its state from `?since=` in the same exchange: the
 *                                               body as `GET /geostitch/state` gives it, the seal's answer as `geostitch-sealed-state`
 *   POST   /v1/instances/{name}/transfers       TransferCommand → 200 TransferResult | 409 gap | 422 digest | 502 the other side
 */
export const deployCommandSchema = z.object({
  component: z.string(),
  dataCenter: z.string(),
  version: z.string(),
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  /** Dependency name → address that stays the same wherever the dependency runs. */
  dependencies: z.record(z.string(), z.string()),
  readiness: z.object({ path: z.string(), timeoutMs: z.number().int().positive() }).nullable(),
  protocol: z.enum(["http", "tcp"]),
  /** Milli-CPU and MiB that the manifest asks for, given to the process's environment and used for its memory limit. */
  cpuMillicores: z.number().int().nonnegative(),
  memoryMiB: z.number().int().nonnegative(),
  hasState: z.boolean(),
  /** The component starts open for writes only when it is the owner; a migration's target starts closed. */
  writable: z.boolean(),
});

/**
 * As whom the agent beside an instance reports. A command of its own, not a part of the deploy command: who is told a new key is
 * never started again for it, and a deploy never waits for a key.
 */
export const agentOrderSchema = z.object({ id: z.string().min(1), secret: z.string().min(1) });

export const stopCommandSchema = z.object({
  component: z.string(),
  /** SIGTERM, then SIGKILL after this long. */
  graceMs: z.number().int().nonnegative(),
  removeState: z.boolean(),
});

export const transferCommandSchema = z.object({
  /** pull: from the peer into this instance. push: from this instance into the peer. */
  direction: z.enum(["pull", "push"]),
  peer: z.object({ dataCenter: z.string(), instance: z.string() }),
  /** Position the receiver already has; null asks the receiver. */
  since: z.string().nullable(),
  /** Stop after this many bytes and say so (`complete: false`): the next command resumes. */
  bytesMax: z.number().int().positive(),
  /** Seals the source first, under this command id: the seal and the rest of the state cost one crossing of the link, not two. */
  sealAs: z.string().nullable().default(null),
});

export const transferResultSchema = z.object({
  from: z.string(),
  to: z.string(),
  bytes: z.number().int(),
  chunks: z.number().int(),
  durationMs: z.number(),
  /** Digest that the source gave with the last chunk, at position `to`. */
  digest: z.string().nullable(),
  complete: z.boolean(),
  /** What the source answered to the seal, as text; null where none was asked for. */
  sealed: z.string().nullable().default(null),
});

/** Host-side states; `failed`: waiting for its next restart (`nextRestartAt`). */
export const hostInstanceSchema = z.object({
  name: z.string(),
  component: z.string(),
  dataCenter: z.string(),
  version: z.string(),
  state: z.enum(["starting", "ready", "draining", "stopped", "failed"]),
  epoch: z.number().int(),
  pid: z.number().int().nullable(),
  host: z.string(),
  port: z.number().int().nullable(),
  restarts: z.number().int(),
  startedAt: z.string().nullable(),
  changedAt: z.string(),
  nextRestartAt: z.string().nullable(),
  /** Last exit in words, null before the first. */
  lastExit: z.string().nullable(),
  /** Of the command it was started by: who compares it with what the manifest asks for now sees whether it is out of date. */
  commandFingerprint: z.string(),
  /** Of the order that its agent has; null: it has none. */
  agentFingerprint: z.string().nullable(),
});

export const watchLineSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("snapshot"), items: z.array(hostInstanceSchema) }),
  z.object({ kind: z.literal("changed"), item: hostInstanceSchema }),
  z.object({ kind: z.literal("removed"), name: z.string() }),
  z.object({ kind: z.literal("ping") }),
]);

export type DeployCommand = z.infer<typeof deployCommandSchema>;
export type AgentOrder = z.infer<typeof agentOrderSchema>;
export type StopCommand = z.infer<typeof stopCommandSchema>;
export type TransferCommand = z.input<typeof transferCommandSchema>;
/** A transfer command as it was received: every default is there. */
export type TransferOrder = z.output<typeof transferCommandSchema>;
export type TransferResult = z.infer<typeof transferResultSchema>;
export type HostInstance = z.infer<typeof hostInstanceSchema>;
export type WatchLine = z.infer<typeof watchLineSchema>;
