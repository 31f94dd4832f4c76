export interface Round {
  readonly bytes: number;
  readonly durationMs: number;
}

export type PreCopyDecision =
  { readonly kind: "again" } | { readonly kind: "enough" } | { readonly kind: "does-not-converge"; readonly reason: string };

/** A rest this small costs one message, whatever the budget. */
const REST_BYTES_SMALL = 32 * 1024;
/** The final delta may take this share of the pause budget; the rest is for sealing, verifying and switching. */
const BUDGET_SHARE = 0.25;
const ROUNDS_MAX = 20;
const ROUNDS_WITHOUT_GAIN = 4;

/**
 * Whether another round is worth it. A round copies what was written during the one before, so its length foretells the
 * final delta's (live migration by rounds: Clark et al., NSDI 2005). A copy that no longer shrinks is named as such.
 */
export function decidePreCopy(rounds: readonly Round[], pauseBudgetMs: number): PreCopyDecision {
  const last = rounds.at(-1);
  if (!last) return { kind: "again" };
  const fits = last.durationMs <= pauseBudgetMs * BUDGET_SHARE || last.bytes <= REST_BYTES_SMALL;
  if (rounds.length >= 2 && fits) return { kind: "enough" };
  const recent = rounds.slice(-ROUNDS_WITHOUT_GAIN);
  const first = recent[0];
  const stalls = recent.length === ROUNDS_WITHOUT_GAIN && first !== undefined && last.bytes >= first.bytes * 0.9;
  if (stalls || rounds.length >= ROUNDS_MAX) return { kind: "does-not-converge", reason: describe(rounds) };
  return { kind: "again" };
}

function describe(rounds: readonly Round[]): string {
  const last = rounds.at(-1);
  const previous = rounds.at(-2);
  const rate = (bytes: number, durationMs: number): string => (durationMs > 0 ? (bytes / durationMs / 1000).toFixed(2) : "0");
  const changed = last && previous ? rate(last.bytes, previous.durationMs) : "?";
  const arrives = last ? rate(last.bytes, last.durationMs) : "?";
  return `copy does not converge: ${changed} MB/s change, ${arrives} MB/s arrive. Slow the writers or raise the pause budget`;
}
