import { componentKeyIn } from "../../../component-registry/domain/manifest.ts";
import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";
import { connectedGroups } from "../connected-groups.ts";

/** Who must be beside whom. */
export const affinityPairs = (components: readonly ComponentRecord[]): (readonly [string, string])[] =>
  components.flatMap(({ key, application, spec }) =>
    spec.placement.affinity.map((reference) => [key, componentKeyIn(application, reference)] as const),
  );

/**
 * Who has to go where a component goes, itself with them: those that must be beside it, those that it must be beside, and theirs.
 * Alone none of them may leave, or leaves somebody where it may not be.
 */
export function heldTogether(components: readonly ComponentRecord[]): (component: string) => readonly string[] {
  const keys = components.map(({ key }) => key);
  const groups = connectedGroups(keys, affinityPairs(components));
  return (component) => groups.get(component) ?? [component];
}
