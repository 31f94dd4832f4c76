/** Milliseconds that a request waits for links, and how probable each value is; sorted, probabilities sum to 1. */
export type Waits = readonly { readonly ms: number; readonly probability: number }[];

export const NO_WAIT: Waits = [{ ms: 0, probability: 1 }];

/** What one dependency adds to a request that calls it. */
export interface CallWait {
  /** Probability that a request calls it, 0..1. */
  readonly probability: number;
  readonly waits: Waits;
}

/** Values this close together are one: a tenth of a millisecond is nobody's wait. */
const STEP_MS = 0.5;

/**
 * The wait of a request whose calls run side by side: the slowest of those that it makes. Calls are made or not independently of
 * each other, so the distribution of the slowest is the product of theirs.
 */
export function slowestOf(calls: readonly CallWait[]): Waits {
  if (calls.length === 0) return NO_WAIT;
  const values = [...new Set([0, ...calls.flatMap(({ waits }) => waits.map(({ ms }) => roundMs(ms)))])].sort((a, b) => a - b);
  let before = 0;
  return values.flatMap((ms) => {
    const upTo = calls.reduce((product, call) => product * withinMs(call, ms), 1);
    const probability = upTo - before;
    before = upTo;
    return probability > 1e-9 ? [{ ms, probability }] : [];
  });
}

/** Probability that a call is not made, or waits at most `ms`. */
function withinMs({ probability, waits }: CallWait, ms: number): number {
  const slow = waits.reduce((sum, wait) => (roundMs(wait.ms) > ms ? sum + wait.probability : sum), 0);
  return 1 - probability * slow;
}

const roundMs = (ms: number): number => Math.round(ms / STEP_MS) * STEP_MS;

/** Each value later by so much: one more link on the way. */
export const laterBy = (waits: Waits, ms: number): Waits => waits.map((wait) => ({ ...wait, ms: wait.ms + ms }));

/** The wait that a share `q` (0..1) of requests does not exceed. */
export function waitAt(waits: Waits, q: number): number {
  let upTo = 0;
  for (const { ms, probability } of waits) {
    upTo += probability;
    if (q <= upTo + 1e-12) return ms;
  }
  return waits.at(-1)?.ms ?? 0;
}
