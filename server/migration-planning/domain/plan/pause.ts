/** A move that has ended, as far as the next one can learn from it. */
export interface PastMove {
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly stateless: boolean;
  readonly endedAt: Date;
  readonly succeeded: boolean;
  /** Past its point of no return: its component has moved, wherever it is now. */
  readonly committed: boolean;
  /** It ended by itself before that; one that a person aborted did not. */
  readonly gaveUp: boolean;
  readonly pauseMs: number | null;
  readonly bytes: number | null;
}

/** Two crossings of the link (seal and rest together, then the switch), and what the records in between take. */
const FIXED_MS = 80;
const CROSSINGS = 1.5;
const RUNS_MIN = 3;
/** Before a component has moved nobody knows how its machine takes it. */
const UNKNOWN_FACTOR = 3;

/** How long clients will be held: as in past runs of the component where there are enough, else by the link. */
export function predictPause(
  { component, stateless, linkMs }: { component: string; stateless: boolean; linkMs: number },
  past: readonly PastMove[],
): { readonly p50: number; readonly p90: number } {
  if (stateless) return { p50: 0, p90: 0 };
  const pauses = past.flatMap((move) =>
    move.component === component && move.committed && move.pauseMs !== null ? [move.pauseMs] : [],
  );
  if (pauses.length >= RUNS_MIN) {
    const sorted = [...pauses].sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return { p50: Math.round(at(0.5)), p90: Math.round(at(0.9)) };
  }
  const p50 = FIXED_MS + CROSSINGS * linkMs;
  return { p50: Math.round(p50), p90: Math.round(UNKNOWN_FACTOR * p50) };
}
