/** One entry's place in the chain. */
export interface Link {
  readonly seq: number;
  readonly previousHash: string | null;
  readonly hash: string | null;
  /** Its hash is that of its content and its predecessor's hash. */
  readonly isSound: boolean;
}

/** The end of the chain as it was recorded once, apart from the entries. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export type ChainProblem = "edited" | "deleted" | "reordered" | "cut-off";

export interface Broken {
  /** The entry that is not what or where it was; of what is missing, the first. */
  readonly firstBad: number;
  readonly problem: ChainProblem;
}

/**
 * The first thing that is wrong with a chain, or null. `links` are in the order of their numbers; `heads` in any order. An
 * entry that does not fit its predecessor tells by where its real one is: further on, the order was changed; nowhere, it was
 * removed (a number is missing) or its hash made anew. A chain that fits in itself may still be another than was recorded.
 */
export function findBroken(links: readonly Link[], heads: readonly Head[]): Broken | null {
  return brokenWithin(links, heads) ?? brokenAgainst(links, heads);
}

const BEFORE_ALL: Link = { seq: 0, previousHash: null, hash: null, isSound: true };

function brokenWithin(links: readonly Link[], heads: readonly Head[]): Broken | null {
  const places = new Map(links.map(({ hash }, place) => [hash, place]));
  for (const [place, link] of links.entries()) {
    if (!link.isSound) return { firstBad: link.seq, problem: "edited" };
    const before = links[place - 1] ?? BEFORE_ALL;
    if (link.previousHash === before.hash) continue;
    const realPlace = link.previousHash === null ? -1 : places.get(link.previousHash);
    if (realPlace === undefined) return missingBefore(link, before, { links, heads });
    if (realPlace > place) return { firstBad: link.seq, problem: "reordered" };
    // It follows an earlier entry: what stands between the two was put there.
    return { firstBad: links[realPlace + 1]?.seq ?? link.seq, problem: "edited" };
  }
  return null;
}

function missingBefore(link: Link, before: Link, { links, heads }: { links: readonly Link[]; heads: readonly Head[] }): Broken {
  if (link.seq > before.seq + 1) return { firstBad: before.seq + 1, problem: "deleted" };
  // Without a gap either the numbers behind it were moved up, and the chain ends too early, or its predecessor has a new hash.
  const end = links.at(-1);
  const wasMovedUp = heads.some(({ seq, hash }) => end !== undefined && hash === end.hash && seq > end.seq);
  if (wasMovedUp || before === BEFORE_ALL) return { firstBad: link.seq, problem: "deleted" };
  return { firstBad: before.seq, problem: "edited" };
}

/** What even a chain made anew from some entry on cannot hide: the ends that were recorded while it grew. */
function brokenAgainst(links: readonly Link[], heads: readonly Head[]): Broken | null {
  const bySeq = new Map(links.map((link) => [link.seq, link]));
  const lastSeq = links.at(-1)?.seq ?? 0;
  let agreed = 0;
  for (const head of [...heads].sort((a, b) => a.seq - b.seq)) {
    const link = bySeq.get(head.seq);
    if (head.seq > lastSeq) return { firstBad: lastSeq + 1, problem: "cut-off" };
    if (!link) return { firstBad: head.seq, problem: "deleted" };
    if (link.hash !== head.hash) return { firstBad: agreed + 1, problem: "edited" };
    agreed = head.seq;
  }
  // Every change records its end: where none is left, the record itself was cut, and what lies behind the last was put there.
  if (heads.length === 0) return links.length === 0 ? null : { firstBad: lastSeq + 1, problem: "cut-off" };
  const beyond = links.find(({ seq }) => seq > agreed);
  return beyond ? { firstBad: beyond.seq, problem: "edited" } : null;
}
