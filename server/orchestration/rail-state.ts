import type { PolicyRecord } from "../component-registry/domain/registry.ts";
import type { Look } from "../migration-planning/index.ts";
import type { MoveBetween, RailState } from "../migration-planning/domain/plan/rail-facts.ts";
import type { PastMove } from "../migration-planning/domain/plan/pause.ts";
import { brokenPromises } from "./domain/auto-run.ts";
import { isFrozen, type Freeze } from "./domain/freeze.ts";
import type { AutoRunReader } from "./ports.ts";

/** Where it is read from: the store, or the transaction that is about to order moves. */
export interface RailSource {
  freeze(): Promise<Freeze | null>;
  past(): Promise<readonly PastMove[]>;
  readonly autoRun: AutoRunReader;
}

export interface RailMoment {
  readonly look: Pick<Look, "at" | "worldNow" | "worldSpeed">;
  readonly policy: PolicyRecord;
  readonly openMoves: readonly MoveBetween[];
  readonly now: Date;
}

/** Moves that a stop can be about: a policy has ended long before so many were broken. */
export const AUTOMATIC_MOVES_READ = 200;

/** What binds a policy's automatic moves now, whoever asks. */
export async function readRailState(source: RailSource, { look, policy, openMoves, now }: RailMoment): Promise<RailState> {
  const [freeze, pastMoves, record, moves] = [
    await source.freeze(),
    await source.past(),
    await source.autoRun.read(policy.name),
    await source.autoRun.moves(policy.name, AUTOMATIC_MOVES_READ),
  ];
  return {
    now,
    worldNow: worldAt(look, now),
    worldSpeed: look.worldSpeed,
    openMoves,
    pastMoves,
    missed: brokenPromises(moves, record).length,
    stopped: record.stoppedAt === null ? null : (record.why ?? "stopped"),
    frozen: isFrozen(freeze, now),
  };
}

/** The world's clock at a moment a little after a look. */
export const worldAt = ({ at, worldNow, worldSpeed }: RailMoment["look"], now: Date): Date | null =>
  worldNow === null ? null : new Date(worldNow.getTime() + (now.getTime() - at.getTime()) * worldSpeed);
