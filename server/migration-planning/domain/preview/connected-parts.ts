import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";
import { connectedGroups } from "../connected-groups.ts";
import { affinityPairs } from "../constraints/held-together.ts";
import type { CallGraph } from "../predict/call-graph.ts";

/**
 * Indices of components that move together: those of one application that call each other, directly or by others, and those that
 * have to be beside one of them; each part in order.
 */
export function connectedParts(components: readonly ComponentRecord[], graph: CallGraph): readonly (readonly number[])[] {
  const indexOf = new Map(components.map(({ key }, index) => [key, index]));
  const applicationOf = new Map(components.map(({ key, application }) => [key, application]));
  const calls = graph.calls
    .filter(({ from, to }) => applicationOf.get(from) === applicationOf.get(to))
    .map(({ from, to }) => [from, to] as const);
  const groups = connectedGroups([...indexOf.keys()], [...calls, ...affinityPairs(components)]);
  return [...new Set(groups.values())].map((part) => part.flatMap((key) => indexOf.get(key) ?? []));
}
