import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { NewAuditEntry } from "../platform/db/audit-trail.ts";
import type { NewEvent } from "../platform/db/events.ts";
import { badInput } from "./bad-input.ts";
import { checkManifests } from "./domain/check-manifests.ts";
import { parseManifests } from "./domain/parse-manifests.ts";
import { componentInUse, dataCenterInUse, inWriteOrder, planApply, type PlannedChange } from "./domain/plan-apply.ts";
import type { Manifest } from "./domain/manifest.ts";
import type { RegistrySnapshot } from "./domain/registry.ts";
import { viewComponent, viewDataCenter, viewPolicy } from "./domain/views.ts";
import { versionOf } from "./domain/policy-versions.ts";
import { readManifestText } from "./manifest-text.ts";
import { createPolicyChanges, type PolicyChanges } from "./policy-changes.ts";
import type { RegistryStore, RegistryUnit } from "./ports.ts";

export interface ApplyRequest {
  /** YAML or JSON text, or values already parsed. */
  readonly manifests: string | readonly unknown[];
  readonly dryRun: boolean;
  readonly actor: Actor;
  readonly requestId: string | null;
  /** Refuses kinds that the actor's role may not apply. */
  readonly mayApply?: (kind: Manifest["kind"]) => boolean;
}

/** An apply in its transaction; what is published or brought back says so, and why. */
export interface ApplyOrder extends Pick<ApplyRequest, "dryRun" | "actor" | "requestId"> {
  readonly verb?: "apply" | "publish" | "revert";
  readonly reason?: string;
  /** Of a policy that is brought back: the generation that it was. */
  readonly revertOf?: number;
}

export interface ApplyResult {
  readonly changed: number;
  readonly unchanged: number;
  readonly dryRun: boolean;
  readonly objects: {
    kind: string;
    name: string;
    change: PlannedChange["change"];
    generation: number;
    diff: { path: string; before: unknown; after: unknown }[];
  }[];
}

export interface RegistryService extends PolicyChanges {
  read(): Promise<RegistrySnapshot>;
  hasComponent(key: string): Promise<boolean>;
  /** All or nothing; the same again changes nothing; a dry run answers what would change. Throws `bad-input` with every path. */
  apply(request: ApplyRequest): Promise<ApplyResult>;
  removeComponent(key: string, actor: Actor, requestId: string | null): Promise<void>;
  removeDataCenter(name: string, actor: Actor, requestId: string | null): Promise<void>;
}

export function createRegistryService({ store, clock }: { store: RegistryStore; clock: Clock }): RegistryService {
  return {
    read: () => store.read(),
    hasComponent: (key) => store.hasComponent(key),
    apply: async (request) => {
      const manifests = await readManifests(request);
      return await store.change((unit) => applyWithin(unit, manifests, request, clock.now()));
    },
    removeComponent: (key, actor, requestId) => store.change((unit) => removeComponent(unit, { key, actor, requestId })),
    removeDataCenter: (name, actor, requestId) =>
      store.change((unit) => removeDataCenter(unit, { key: name, actor, requestId }, clock.now())),
    ...createPolicyChanges({ store, clock, apply: applyWithin }),
  };
}

interface Removal {
  readonly key: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

const DELETIONS = { Component: "component.delete", DataCenter: "data-center.delete" } as const;

const deletionOf = ({ key, actor, requestId }: Removal, kind: keyof typeof DELETIONS, spec: unknown): NewAuditEntry => ({
  actor,
  action: DELETIONS[kind],
  object: { kind, id: key },
  before: { spec },
  requestId,
});

async function removeComponent(unit: RegistryUnit, removal: Removal): Promise<void> {
  const { key } = removal;
  const registry = await unit.read();
  const record = registry.components.find((component) => component.key === key);
  if (!record) throw new AppError("not-found", `no component ${key}`);
  refuseInUse(componentInUse(key, registry));
  await unit.removeComponent(key);
  const before = viewComponent(record, registry);
  const data = { ...before, status: { ...before.status, state: "pending", placements: [], deleted: true } };
  await unit.publish([{ type: "component.changed", subject: key, component: key, data }]);
  await unit.audit([deletionOf(removal, "Component", record.spec)]);
}

async function removeDataCenter(unit: RegistryUnit, removal: Removal, now: Date): Promise<void> {
  const { key } = removal;
  const registry = await unit.read();
  const record = registry.dataCenters.find((dataCenter) => dataCenter.name === key);
  if (!record) throw new AppError("not-found", `no data centre ${key}`);
  refuseInUse(dataCenterInUse(key, registry));
  await unit.removeDataCenter(key);
  const before = viewDataCenter(record, registry, now);
  const data = { ...before, status: { ...before.status, deleted: true } };
  await unit.publish([{ type: "data-center.changed", subject: key, component: null, data }]);
  await unit.audit([deletionOf(removal, "DataCenter", record.spec)]);
}

async function readManifests({ manifests, mayApply }: ApplyRequest): Promise<readonly Manifest[]> {
  const documents = typeof manifests === "string" ? await readManifestText(manifests) : { ok: true as const, value: manifests };
  if (!documents.ok) throw badInput(documents.reasons);
  const parsed = parseManifests(documents.value);
  if (!parsed.ok) throw badInput(parsed.reasons);
  const forbidden = parsed.value.find((manifest) => mayApply && !mayApply(manifest.kind));
  if (forbidden) throw new AppError("forbidden", `this role may not apply a ${forbidden.kind}`, { code: "role" });
  return parsed.value;
}

async function applyWithin(
  unit: RegistryUnit,
  manifests: readonly Manifest[],
  request: ApplyOrder,
  now: Date,
): Promise<ApplyResult> {
  const registry = await unit.read();
  const reasons = checkManifests(manifests, {
    components: new Set(registry.components.map((component) => component.key)),
    dataCenters: new Set(registry.dataCenters.map((dataCenter) => dataCenter.name)),
    policyOf: new Map(registry.policies.flatMap(({ name, spec }) => spec.applications.map((application) => [application, name]))),
  });
  if (reasons.length > 0) throw badInput(reasons);
  const generations = manifests.some(({ kind }) => kind === "Policy") ? await unit.policies.generations() : new Map();
  const planned = planApply(manifests, registry, generations);
  const changes = planned.filter((entry) => entry.change !== "unchanged");
  if (!request.dryRun && changes.length > 0) {
    await unit.write(inWriteOrder(changes));
    await unit.policies.keep(changes.flatMap((change) => versionOf(change, request, now)));
    const after = await unit.read();
    await unit.publish(changes.flatMap((change) => eventOf(change, after, now)));
    await unit.audit(changes.map((change) => auditOf(change, request)));
  }
  return {
    changed: changes.length,
    unchanged: planned.length - changes.length,
    dryRun: request.dryRun,
    objects: planned.map((entry) => ({
      kind: entry.manifest.kind,
      name: entry.key,
      change: entry.change,
      generation: entry.generation,
      diff: entry.diff.map((change) => ({ ...change })),
    })),
  };
}

function auditOf(change: PlannedChange, { actor, requestId, verb = "apply", reason }: ApplyOrder): NewAuditEntry {
  const action = `${change.manifest.kind.replace(/(?!^)([A-Z])/g, "-$1").toLowerCase()}.${verb}`;
  return {
    actor,
    action,
    ...(reason === undefined ? {} : { reason }),
    object: { kind: change.manifest.kind, id: change.key },
    before: change.before,
    after: { generation: change.generation, spec: change.manifest.spec },
    requestId,
  };
}

function eventOf({ manifest, key }: PlannedChange, registry: RegistrySnapshot, now: Date): NewEvent[] {
  const dataCenter = manifest.kind === "DataCenter" ? registry.dataCenters.find((record) => record.name === key) : undefined;
  if (dataCenter)
    return [{ type: "data-center.changed", subject: key, component: null, data: viewDataCenter(dataCenter, registry, now) }];
  const component = manifest.kind === "Component" ? registry.components.find((record) => record.key === key) : undefined;
  if (component) return [{ type: "component.changed", subject: key, component: key, data: viewComponent(component, registry) }];
  const policy = manifest.kind === "Policy" ? registry.policies.find((record) => record.name === key) : undefined;
  return policy ? [{ type: "policy.published", subject: key, component: null, data: viewPolicy(policy) }] : [];
}

function refuseInUse(message: string | null): void {
  if (message !== null) throw new AppError("conflict", message, { code: "in-use" });
}
