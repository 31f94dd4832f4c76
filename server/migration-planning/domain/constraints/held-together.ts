import { componentKeyIn } from "../../../component-registry/domain/manifest.ts";
import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";

/**
 * Who has to go where a component goes, itself with them: those that must be beside it, those that it must be beside, and theirs.
 * Alone none of them may leave, or leaves somebody where it may not be.
 */
export function heldTogether(components: readonly ComponentRecord[]): (component: string) => readonly string[] {
  const groups = new Map(components.map(({ key }) => [key, [key]]));
  for (const { key, application, spec } of components) {
    for (const reference of spec.placement.affinity) {
      const [mine, theirs] = [groups.get(key), groups.get(componentKeyIn(application, reference))];
      if (!mine || !theirs || mine === theirs) continue;
      const both = [...mine, ...theirs].sort();
      for (const member of both) groups.set(member, both);
    }
  }
  return (component) => groups.get(component) ?? [component];
}
