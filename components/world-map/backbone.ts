export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly rttMs: number;
}

/**
 * The fewest links by which every place reaches every other, the fastest that do (Kruskal's minimum spanning tree over
 * round-trip times): a world that can be read, where all pairs would be a ball of wool.
 */
export function backbone(pairs: readonly Pair[]): readonly Pair[] {
  const group = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let up = group.get(root); up !== undefined; up = group.get(root)) root = up;
    return root;
  };
  return [...pairs]
    .sort((a, b) => a.rttMs - b.rttMs || a.from.localeCompare(b.from))
    .filter(({ from, to }) => {
      const [a, b] = [rootOf(from), rootOf(to)];
      if (a === b) return false;
      group.set(a, b);
      return true;
    });
}
