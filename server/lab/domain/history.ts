/** What a client knows of one document that it alone writes. */
export interface Attempt {
  readonly key: string;
  readonly outcome: "acknowledged" | "unknown";
  readonly revision: number | null;
}

export interface ReadBack {
  readonly revision: number;
  readonly log: readonly { readonly key: string; readonly revision: number }[];
}

export interface Verdict {
  /** Acknowledged writes that are not there. */
  readonly lost: readonly string[];
  /** Writes that are there more than once. */
  readonly doubled: readonly string[];
  /** Writes that nobody made. */
  readonly unexplained: readonly string[];
  /** Acknowledged writes that stand in another order than they were made in. */
  readonly reordered: readonly string[];
}

/**
 * Checks a log against the history of its only writer: each acknowledged write is there exactly once and in order; one whose
 * outcome is unknown may be there or not, but never twice. (Append-log check, as in Jepsen's and Elle's list-append.)
 */
export function checkHistory(attempts: readonly Attempt[], read: ReadBack): Verdict {
  const places = new Map<string, number[]>();
  read.log.forEach((entry, index) => places.set(entry.key, [...(places.get(entry.key) ?? []), index]));
  const made = new Set(attempts.map((attempt) => attempt.key));
  const acknowledged = attempts.filter((attempt) => attempt.outcome === "acknowledged");
  let last = -1;
  const reordered: string[] = [];
  for (const { key } of acknowledged) {
    const at = places.get(key)?.[0];
    if (at === undefined) continue;
    if (at < last) reordered.push(key);
    last = Math.max(last, at);
  }
  return {
    lost: acknowledged.filter(({ key }) => !places.has(key)).map(({ key }) => key),
    doubled: [...places].filter(([, at]) => at.length > 1).map(([key]) => key),
    unexplained: [...places.keys()].filter((key) => !made.has(key)),
    reordered,
  };
}
