import { occupancyOf } from "./capacity.ts";
import type {
  ComponentRecord,
  DataCenterRecord,
  InstanceRecord,
  LinkRecord,
  PolicyRecord,
  RegistrySnapshot,
} from "./registry.ts";
import { componentsIn, componentState, dataCenterState, placementsOf } from "./status.ts";

/** Objects of the registry as the public API answers them (`server/api/shapes/registry.ts`). */

export function viewDataCenter(record: DataCenterRecord, registry: RegistrySnapshot, now: Date) {
  return {
    kind: "DataCenter" as const,
    metadata: { name: record.name, labels: { ...record.labels }, generation: record.generation },
    spec: record.spec,
    status: {
      state: dataCenterState(record, now),
      lastSeenAt: record.lastSeenAt?.toISOString() ?? null,
      instances: registry.instances.filter((instance) => instance.dataCenter === record.name && instance.state !== "stopped")
        .length,
      ...occupancyOf(registry, record.name),
      drain: viewDrain(record, registry),
      loss: record.loss ? { since: record.loss.since, components: [...record.loss.components] } : null,
    },
  };
}

/** How far a place is emptied: of what ran there when it began, how much is gone. */
function viewDrain({ name, drain = null }: DataCenterRecord, registry: RegistrySnapshot) {
  if (drain === null) return null;
  const left = componentsIn(registry, name).length;
  const total = Math.max(drain.components, left);
  return { reason: drain.reason, since: drain.since, by: drain.by, plan: drain.plan, gone: total - left, total };
}

export function viewComponent(record: ComponentRecord, registry: Pick<RegistrySnapshot, "instances" | "openMigrations">) {
  return {
    kind: "Component" as const,
    metadata: { application: record.application, name: record.name, labels: { ...record.labels }, generation: record.generation },
    spec: record.spec,
    status: {
      state: componentState(record, registry),
      epoch: record.epoch,
      placements: [...placementsOf(registry.instances, record.key)],
      score: record.score === null ? null : { terms: { ...record.score.terms }, combined: record.score.combined },
      candidate: record.candidate,
      migration: registry.openMigrations.find((migration) => migration.componentKey === record.key)?.id ?? null,
    },
  };
}

export function viewInstance(record: InstanceRecord) {
  return {
    name: record.name,
    component: record.componentKey,
    dataCenter: record.dataCenter,
    state: record.state,
    epoch: record.epoch,
    version: record.version,
    agent: record.agent,
    pid: record.pid,
    restarts: record.restarts,
    startedAt: record.startedAt?.toISOString() ?? null,
    changedAt: record.changedAt.toISOString(),
    lastExit: record.lastExit,
    nextRestartAt: record.nextRestartAt?.toISOString() ?? null,
  };
}

export function viewLink(record: LinkRecord) {
  return {
    kind: "Link" as const,
    metadata: { from: record.from, to: record.to, generation: record.generation },
    spec: record.spec,
  };
}

export function viewPolicy(record: PolicyRecord) {
  return { kind: "Policy" as const, metadata: { name: record.name, generation: record.generation }, spec: record.spec };
}
