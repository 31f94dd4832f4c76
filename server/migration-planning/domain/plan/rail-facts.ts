/** What the guard rails are judged by, beside the plan's own figures. Kept with a plan, so it is plain JSON. */
export interface RailFacts {
  /** The world's clock, RFC 3339; null: it does not answer. */
  readonly worldNow: string | null;
  readonly worldSpeed: number;
  /** Of the world's clock, of the plan's move that is shortest ago; null: none has moved. */
  readonly hoursSinceMove: number | null;
  /** Moves of any cause that were ordered and have not ended. */
  readonly openMoves: number;
  /** Moves of any cause that ended within the last hour of the world's clock, and those that have not ended. */
  readonly movesLastHour: number;
  /** The same, by the data centre in which they begin or end. */
  readonly movesLastHourByPlace: Readonly<Record<string, number>>;
  /** Broken promises of automatic moves since somebody last resumed the policy. */
  readonly missed: number;
  /** Why nothing of the policy runs by itself until somebody resumes it; null: it may. */
  readonly stopped: string | null;
  readonly frozen: boolean;
  readonly evidence: EvidenceFacts;
}

/** What is left of a plan's reasons without any agent's word. */
export interface EvidenceFacts {
  readonly gainPercent: number;
  /** Moves that only agents speak for. */
  readonly unsupported: readonly string[];
}

export interface MoveBetween {
  readonly from: string;
  readonly to: string;
}

/** What binds automatic moves and is not about one plan: read beside a look, or again in the transaction that orders moves. */
export interface RailState {
  readonly now: Date;
  readonly worldNow: Date | null;
  readonly worldSpeed: number;
  /** Ordered and not ended, whatever ordered them. */
  readonly openMoves: readonly MoveBetween[];
  readonly pastMoves: readonly (MoveBetween & { readonly endedAt: Date })[];
  readonly missed: number;
  readonly stopped: string | null;
  readonly frozen: boolean;
}

const HOUR_MS = 3_600_000;

/** One budget for every cause: what a person, a plan, a return or a lost data centre set off counts alike. */
export function movesOfLastHour({
  now,
  worldSpeed,
  openMoves,
  pastMoves,
}: Pick<RailState, "now" | "worldSpeed" | "openMoves" | "pastMoves">): readonly MoveBetween[] {
  const sinceMs = now.getTime() - HOUR_MS / worldSpeed;
  return [...openMoves, ...pastMoves.filter(({ endedAt }) => endedAt.getTime() > sinceMs)];
}

/** What is read now, as it is kept with a plan. */
export function railFactsOf(
  state: RailState,
  { hoursSinceMove, evidence }: Pick<RailFacts, "hoursSinceMove" | "evidence">,
): RailFacts {
  const { worldNow, worldSpeed, openMoves, missed, stopped, frozen } = state;
  const counted = movesOfLastHour(state);
  return {
    worldNow: worldNow?.toISOString() ?? null,
    worldSpeed,
    hoursSinceMove,
    openMoves: openMoves.length,
    movesLastHour: counted.length,
    movesLastHourByPlace: countByPlace(counted),
    missed,
    stopped,
    frozen,
    evidence,
  };
}

/** A move touches two data centres: the one it leaves and the one it comes to. */
export function countByPlace(moves: readonly MoveBetween[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { from, to } of moves) for (const place of new Set([from, to])) counts.set(place, (counts.get(place) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
