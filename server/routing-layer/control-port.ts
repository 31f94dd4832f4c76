import type { Result } from "../platform/result.ts";
import type { Place } from "../user-proximity/domain/place.ts";
import type { EntryLatency, EntryStatus, HoldCommand, ProbeCommand, RouteSnapshot, WarmCommand } from "./domain/snapshot.ts";

/**
 * The routing layer as the orchestrator drives it: one entry at every data centre. An expected "no" (`stale`: the entry knows
 * a higher version or epoch) is a refused result; an entry that cannot be reached throws AppError `unavailable`.
 */
export interface RoutingControl {
  /** Answers the version in force at that entry: asking is not knowing, only this answer is an acknowledgement. */
  publish(entry: string, snapshot: RouteSnapshot, timeoutMs?: number): Promise<Result<{ readonly version: number }>>;
  /** Lets an entry open connections to instances that it will soon be sent to. Resolves when it has, or could not. */
  warm(entry: string, command: WarmCommand): Promise<void>;
  /** How many of these instances the entry can reach over its links. */
  probe(entry: string, command: ProbeCommand): Promise<number>;
  hold(entry: string, command: HoldCommand): Promise<Result<null>>;
  /** Every entry that there is, as it stands. */
  statuses(): Promise<readonly EntryStatus[]>;
}

/** The routing layer as somebody sees it who explains it: what entries have in force, what they measured, where they think an address is. */
export interface RoutingObserver {
  statuses(): Promise<readonly EntryStatus[]>;
  latencies(): Promise<readonly EntryLatency[]>;
  locate(address: string): Promise<Place | null>;
}
