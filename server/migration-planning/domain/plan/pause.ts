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

/** What the records of the steps in between take. */
const FIXED_MS = 80;
const RUNS_MIN = 3;
/** Before a component has moved nobody knows how its machine takes it: so many runs of the kind that few are slower than. */
const UNKNOWN_RUNS = 5;
const UNKNOWN_FACTOR = 2.5;

export interface PauseQuestion {
  readonly component: string;
  readonly stateless: boolean;
  readonly from: string;
  readonly to: string;
  readonly rttMs: (from: string, to: string) => number;
  /** Where the orchestrator stands; null: nowhere in particular. */
  readonly orchestratorPlace: string | null;
}

/**
 * What distance alone makes of a pause, ms: the seal's command to the nearer end, the rest of the state over the link while it
 * answers, the target's opening, and the records in between. Routes are told to all entries at once, beside that.
 */
function byDistance({ rttMs, orchestratorPlace: here }: PauseQuestion, from: string, to: string): number {
  const commandMs = (place: string): number => (here === null || here === place ? 0 : rttMs(here, place));
  return FIXED_MS + Math.min(commandMs(from), commandMs(to)) + rttMs(from, to) + commandMs(to);
}

/** How long clients will be held: by distance, and by how much longer than that past runs of the component took. */
export function predictPause(question: PauseQuestion, past: readonly PastMove[]): { readonly p50: number; readonly p90: number } {
  if (question.stateless) return { p50: 0, p90: 0 };
  const factors = past
    .flatMap(({ component, committed, pauseMs, from, to }) =>
      component === question.component && committed && pauseMs !== null ? [pauseMs / byDistance(question, from, to)] : [],
    )
    .sort((a, b) => a - b);
  const at = (share: number): number => factors[Math.min(factors.length - 1, Math.floor(share * factors.length))] ?? 1;
  const typical = factors.length >= RUNS_MIN ? at(0.5) : 1;
  const slow = (UNKNOWN_RUNS * UNKNOWN_FACTOR * typical + factors.length * at(0.9)) / (UNKNOWN_RUNS + factors.length);
  const distanceMs = byDistance(question, question.from, question.to);
  return { p50: Math.round(distanceMs * typical), p90: Math.round(distanceMs * Math.max(typical, slow)) };
}
