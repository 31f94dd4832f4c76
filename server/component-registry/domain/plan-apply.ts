import { diff, type Change } from "./diff.ts";
import { componentKeyIn, labelsOf, manifestKey, type Manifest } from "./manifest.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import type { ComponentRecord, RegistrySnapshot } from "./registry.ts";

/** What an apply does to one object; `before` is null for a new one. */
export interface PlannedChange {
  readonly manifest: Manifest;
  readonly key: string;
  readonly change: "created" | "updated" | "unchanged";
  readonly generation: number;
  readonly before: { readonly labels: unknown; readonly spec: unknown } | null;
  readonly diff: readonly Change[];
}

/**
 * Compares manifests, defaults filled in, with what is registered: the same again changes nothing. A policy that was removed
 * goes on counting where it ended (`generations`): plans name the generation that they were made by.
 */
export function planApply(
  manifests: readonly Manifest[],
  registry: RegistrySnapshot,
  generations: ReadonlyMap<string, number> = new Map(),
): readonly PlannedChange[] {
  return manifests.map((manifest) => {
    const key = manifestKey(manifest);
    const found = findRecord(manifest.kind, key, registry);
    const after = { metadata: { labels: labelsOf(manifest) }, spec: manifest.spec };
    const last = manifest.kind === "Policy" ? (generations.get(key) ?? 0) : 0;
    if (!found) return { manifest, key, change: "created", generation: last + 1, before: null, diff: diff({}, after) };
    const before = { labels: found.labels, spec: found.spec };
    const changes = diff({ metadata: { labels: found.labels }, spec: found.spec }, after);
    if (changes.length === 0) return { manifest, key, change: "unchanged", generation: found.generation, before, diff: [] };
    return { manifest, key, change: "updated", generation: found.generation + 1, before, diff: changes };
  });
}

interface Found {
  readonly labels: unknown;
  readonly spec: unknown;
  readonly generation: number;
}

function findRecord(kind: Manifest["kind"], key: string, registry: RegistrySnapshot): Found | undefined {
  switch (kind) {
    case "DataCenter":
      return registry.dataCenters.find((record) => record.name === key);
    case "Component":
      return registry.components.find((record) => record.key === key);
    case "Link": {
      const link = registry.links.find((record) => `${record.from}/${record.to}` === key);
      return link ? { ...link, labels: {} } : undefined;
    }
    case "Policy": {
      const policy = registry.policies.find((record) => record.name === key);
      return policy ? { ...policy, labels: {} } : undefined;
    }
  }
}

/** Orders changes so that what is referred to is written before what refers to it. */
export function inWriteOrder(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  const rank = { DataCenter: 0, Policy: 1, Component: 2, Link: 3 } as const;
  return [...changes].sort((a, b) => rank[a.manifest.kind] - rank[b.manifest.kind]);
}

/** Why a component may not be removed now, or null. What a manifest may refer to must stay, or that manifest could not be applied again. */
export function componentInUse(key: string, registry: RegistrySnapshot): string | null {
  const users = registry.components.filter((other) => other.key !== key && partnersOf(other).includes(key));
  if (users.length > 0) return `${key} is in use: ${users.map((user) => user.key).join(", ")} refers to it`;
  const move = registry.openMigrations.find((migration) => migration.componentKey === key);
  return move ? `${key} is in use: migration ${move.id} is moving it` : null;
}

/** Why a data centre may not be removed now, or null. Its links go with it: they are nothing without it. */
export function dataCenterInUse(name: string, registry: RegistrySnapshot): string | null {
  const here = registry.instances.filter((instance) => instance.dataCenter === name && instance.state !== "stopped");
  if (here.length > 0) return `${name} is in use: ${here.length} instances run there, ${here[0]?.name ?? ""} among them`;
  const move = registry.openMigrations.find((migration) => migration.from === name || migration.to === name);
  if (move) return `${name} is in use: migration ${move.id} goes from ${move.from} to ${move.to}`;
  const pinned = registry.components.find((component) => component.spec.placement.pinned === name);
  if (pinned) return `${name} is in use: ${pinned.key} is pinned to it`;
  const named = registry.components.find(({ spec: { placement } }) =>
    [placement.prefer, placement.allow, placement.deny].some(({ dataCenters }) => dataCenters.includes(name)),
  );
  return named ? `${name} is in use: the placement of ${named.key} names it` : null;
}

/** Why a policy may not be removed now, or null. */
export const policyInUse = (name: string): string | null =>
  name === DEFAULT_POLICY ? "the policy default is everybody's who has no other: it stays" : null;

/** The components that one refers to: what it calls, and what it wants near or far. */
function partnersOf({ application, spec }: ComponentRecord): readonly string[] {
  const { affinity, antiAffinity } = spec.placement;
  const references = [...spec.dependencies.map((dependency) => dependency.component), ...affinity, ...antiAffinity];
  return references.map((reference) => componentKeyIn(application, reference));
}
