import type { Result } from "../platform/result.ts";
import type {
  AgentOrder,
  DeployCommand,
  HostInstance,
  StopCommand,
  TransferCommand,
  TransferResult,
  WatchLine,
} from "./domain/host-protocol.ts";

/** In place of a component, in commands on instances of one that is registered no more: no epoch is compared. */
export const UNFENCED = "";

/** What every command to a place carries: the receiver refuses a lower epoch and answers a repeated id with what it stored. */
export interface CommandContext {
  readonly component: string;
  readonly epoch: number;
  readonly commandId: string;
  /** The wait's deadline; every driver has a default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A call to an instance's admin port, as the component answered it. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Runs instances in a data centre. An expected "no" (stale epoch, gap, wrong digest, unknown instance) is a refused result
 * whose reason carries the code `stale-epoch`, `gap`, `digest`, `unknown-instance` or `peer`; an unreachable place throws
 * AppError `unavailable`, and then whether the command took effect is unknown: repeat it with the same id.
 */
export interface DeploymentDriver {
  deploy(place: string, name: string, command: DeployCommand, context: CommandContext): Promise<Result<HostInstance>>;
  /** Tells the instance's agent as whom it reports, and starts it where it does not run. Nobody waits for the agent. */
  tellAgent(place: string, name: string, order: AgentOrder, context: CommandContext): Promise<Result<HostInstance>>;
  /** Answers null when there is no such instance: stopping twice is no error. */
  stop(place: string, name: string, command: StopCommand, context: CommandContext): Promise<Result<HostInstance | null>>;
  list(place: string): Promise<readonly HostInstance[]>;
  /** Calls `onLine` until the signal aborts (then resolves) or the stream breaks or is silent for 3 s (then throws). */
  watch(place: string, onLine: (line: WatchLine) => void, signal: AbortSignal): Promise<void>;
  /** Passes one request to the instance's admin port; `path` begins with `/`. */
  admin(
    place: string,
    name: string,
    request: { readonly method: "GET" | "POST"; readonly path: string },
    context: CommandContext,
  ): Promise<AdminAnswer>;
  /** Moves state between this instance and its peer in another place, directly over the link between the two. */
  transfer(place: string, name: string, command: TransferCommand, context: CommandContext): Promise<Result<TransferResult>>;
}
