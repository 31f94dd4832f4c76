/** By item everything that hangs together with it by these pairs, itself included: one group the same list, in the order of `items`. */
export function connectedGroups(
  items: readonly string[],
  pairs: Iterable<readonly [string, string]>,
): ReadonlyMap<string, readonly string[]> {
  const parent = new Map(items.map((item) => [item, item]));
  const rootOf = (item: string): string => {
    let root = item;
    for (let above = parent.get(root); above !== undefined && above !== root; above = parent.get(root)) root = above;
    parent.set(item, root);
    return root;
  };
  for (const [a, b] of pairs) if (parent.has(a) && parent.has(b)) parent.set(rootOf(a), rootOf(b));
  const groups = [...Map.groupBy(items, rootOf).values()];
  return new Map(groups.flatMap((group) => group.map((item) => [item, group] as const)));
}
