import type { PastMove } from "./domain/plan/pause.ts";

/** What earlier moves teach: when components last moved, how long clients were held. */
export interface MoveHistory {
  /** Moves of the last days that have ended, newest first. */
  past(): Promise<readonly PastMove[]>;
}
