import { diff, type Change } from "./diff.ts";
import { policySpecSchema, type PolicySpec } from "./manifest.ts";
import type { PlannedChange } from "./plan-apply.ts";

/** A policy as it was from one change to the next. */
export interface PolicyVersion {
  readonly policy: string;
  readonly generation: number;
  readonly spec: PolicySpec;
  readonly by: { readonly kind: "user" | "key" | "system"; readonly name: string };
  readonly at: Date;
  /** Null: it was applied with a manifest. */
  readonly reason: string | null;
  /** The generation that was brought back; null for what is new. */
  readonly revertOf: number | null;
}

export interface VersionPage {
  readonly policy: string;
  readonly limit: number;
  /** Only generations below this one. */
  readonly below: number | null;
}

interface Order {
  readonly actor: PolicyVersion["by"];
  readonly reason?: string;
  readonly revertOf?: number;
}

/** What is kept of a change to a policy; nothing of any other. */
export function versionOf({ manifest, key, generation }: PlannedChange, order: Order, at: Date): PolicyVersion[] {
  if (manifest.kind !== "Policy") return [];
  const { actor, reason = null, revertOf = null } = order;
  return [{ policy: key, generation, spec: manifest.spec, by: { kind: actor.kind, name: actor.name }, at, reason, revertOf }];
}

/** A spec that was kept by an older Geostitch, with what it could not know filled in. */
export const specOfVersion = (stored: unknown): PolicySpec => policySpecSchema.parse(stored);

/** What a person would have to write to get from one policy to the other. */
export const policyChanges = (before: PolicySpec | null, after: PolicySpec): readonly Change[] => diff(before ?? {}, after);

/** Versions as the API answers them, each with what it changed; the last of `versions` is only there to be compared with. */
export function viewVersions(versions: readonly PolicyVersion[], limit: number) {
  return versions.slice(0, limit).map((version, index) => ({
    policy: version.policy,
    generation: version.generation,
    at: version.at.toISOString(),
    by: version.by,
    reason: version.reason,
    revertOf: version.revertOf,
    spec: version.spec,
    diff: policyChanges(versions[index + 1]?.spec ?? null, version.spec).map((change) => ({ ...change })),
  }));
}
