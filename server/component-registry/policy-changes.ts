import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { badInput } from "./bad-input.ts";
import { API_VERSION, type Manifest, type PolicySpec } from "./domain/manifest.ts";
import { parseManifests } from "./domain/parse-manifests.ts";
import { policyInUse } from "./domain/plan-apply.ts";
import type { PolicyVersion, VersionPage } from "./domain/policy-versions.ts";
import type { PolicyRecord } from "./domain/registry.ts";
import { viewPolicy } from "./domain/views.ts";
import type { RegistryStore, RegistryUnit } from "./ports.ts";
import type { ApplyOrder, ApplyResult } from "./service.ts";

export interface PublishOrder {
  readonly name: string;
  /** As a person writes it: parsed here, with the path of every error. */
  readonly spec: unknown;
  readonly reason: string;
  /** What the draft was begun from; 0: there was none. */
  readonly baseGeneration: number;
  readonly actor: Actor;
  readonly requestId: string | null;
}

export interface RevertOrder extends Pick<PublishOrder, "name" | "reason" | "actor" | "requestId"> {
  readonly generation: number;
}

/** What may be done to a policy beside applying it. */
export interface PolicyChanges {
  /** Compare and set: `stale`, with who and when, where somebody published meanwhile. */
  publishPolicy(order: PublishOrder): Promise<PolicyRecord>;
  /** The spec of an earlier generation, as a new one. */
  revertPolicy(order: RevertOrder): Promise<PolicyRecord>;
  /** Newest first; one more than asked for, to compare the last one with. Throws `not-found` for what never was. */
  policyVersions(page: VersionPage): Promise<readonly PolicyVersion[]>;
  removePolicy(name: string, actor: Actor, requestId: string | null): Promise<void>;
}

interface Deps {
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly apply: (unit: RegistryUnit, manifests: readonly Manifest[], order: ApplyOrder, now: Date) => Promise<ApplyResult>;
}

export function createPolicyChanges({ store, clock, apply }: Deps): PolicyChanges {
  const change = async (unit: RegistryUnit, order: PublishOrder, how: Pick<ApplyOrder, "verb" | "revertOf">) => {
    const { actor, requestId, reason } = order;
    await apply(unit, readPolicy(order), { actor, requestId, reason, dryRun: false, ...how }, clock.now());
    return await presentPolicy(unit, order.name);
  };
  return {
    publishPolicy: (order) =>
      store.change(async (unit) => {
        await refuseStale(unit, order);
        return await change(unit, order, { verb: "publish" });
      }),
    revertPolicy: ({ generation, ...order }) =>
      store.change(async (unit) => {
        const present = await presentPolicy(unit, order.name);
        const version = await unit.policies.version(order.name, generation);
        if (!version) throw new AppError("not-found", `the policy ${order.name} has no generation ${generation}`);
        const { spec } = version;
        return await change(
          unit,
          { ...order, spec, baseGeneration: present.generation },
          { verb: "revert", revertOf: generation },
        );
      }),
    policyVersions: async (page) => {
      const versions = await store.policyVersions({ ...page, limit: page.limit + 1 });
      if (versions.length === 0 && page.below === null) throw unknownPolicy(page.policy);
      return versions;
    },
    removePolicy: (name, actor, requestId) => store.change((unit) => removePolicy(unit, { name, actor, requestId })),
  };
}

const unknownPolicy = (name: string): AppError => new AppError("not-found", `no policy ${name}`);

async function presentPolicy(unit: RegistryUnit, name: string): Promise<PolicyRecord> {
  const found = (await unit.read()).policies.find((record) => record.name === name);
  if (!found) throw unknownPolicy(name);
  return found;
}

function readPolicy({ name, spec }: { name: string; spec: unknown }): readonly Manifest[] {
  const parsed = parseManifests([{ apiVersion: API_VERSION, kind: "Policy", metadata: { name }, spec }]);
  if (parsed.ok) return parsed.value;
  throw badInput(parsed.reasons);
}

/** A draft that was begun from what is not in force any more would undo what somebody else has published. */
async function refuseStale(unit: RegistryUnit, { name, baseGeneration }: PublishOrder): Promise<void> {
  const present = (await unit.read()).policies.find((record) => record.name === name)?.generation ?? 0;
  if (present === baseGeneration) return;
  const version = await unit.policies.version(name, present);
  const who = version === null ? "" : `: ${version.by.name} published it at ${version.at.toISOString()}`;
  const words = present === 0 ? `the policy ${name} was removed meanwhile` : `${name} is at generation ${present} now${who}`;
  throw new AppError("conflict", `${words}; the draft was begun from generation ${baseGeneration}`, { code: "stale" });
}

interface Removal {
  readonly name: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

async function removePolicy(unit: RegistryUnit, { name, actor, requestId }: Removal): Promise<void> {
  const record = await presentPolicy(unit, name);
  const inUse = policyInUse(name);
  if (inUse !== null) throw new AppError("conflict", inUse, { code: "in-use" });
  await unit.policies.remove(name);
  await unit.publish([
    { type: "policy.published", subject: name, component: null, data: { ...viewPolicy(record), deleted: true } },
  ]);
  const before: { readonly spec: PolicySpec } = { spec: record.spec };
  await unit.audit([{ actor, action: "policy.delete", object: { kind: "Policy", id: name }, before, requestId }]);
}
