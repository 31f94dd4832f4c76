import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";
import { heldTogether } from "../constraints/held-together.ts";
import type { CallGraph } from "../predict/call-graph.ts";

/**
 * Indices of components that move together: those of one application that call each other, directly or by others, and those that
 * have to be beside one of them; each part in order.
 */
export function connectedParts(components: readonly ComponentRecord[], graph: CallGraph): readonly (readonly number[])[] {
  const indexOf = new Map(components.map(({ key }, index) => [key, index]));
  const parent = components.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] ?? root;
    parent[index] = root;
    return root;
  };
  for (const { from, to } of graph.calls) {
    const [a, b] = [indexOf.get(from), indexOf.get(to)];
    if (a === undefined || b === undefined || components[a]?.application !== components[b]?.application) continue;
    parent[rootOf(a)] = rootOf(b);
  }
  const heldBy = heldTogether(components);
  for (const { key } of components) {
    const [a, b] = [indexOf.get(key), indexOf.get(heldBy(key)[0] ?? key)];
    if (a !== undefined && b !== undefined) parent[rootOf(a)] = rootOf(b);
  }
  return [...Map.groupBy(parent.keys(), rootOf).values()];
}
