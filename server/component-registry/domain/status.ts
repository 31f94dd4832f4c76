import type { ComponentRecord, DataCenterRecord, InstanceRecord, RegistrySnapshot } from "./registry.ts";

export type DataCenterState = "ready" | "cordoned" | "unreachable";
export type ComponentState = "pending" | "ready" | "degraded" | "down" | "migrating";

/** A host answers each second: three missed answers are an outage of its place. */
export const UNREACHABLE_AFTER_MS = 5_000;

export function dataCenterState(record: DataCenterRecord, now: Date): DataCenterState {
  const silentMs = record.lastSeenAt ? now.getTime() - record.lastSeenAt.getTime() : Number.POSITIVE_INFINITY;
  if (silentMs > UNREACHABLE_AFTER_MS) return "unreachable";
  return isCordoned(record) ? "cordoned" : "ready";
}

/** Keeps what it runs and takes nothing new: because its manifest says so, or because it is being emptied. */
export const isCordoned = ({ spec, drain = null }: Pick<DataCenterRecord, "spec" | "drain">): boolean =>
  spec.cordoned || drain !== null;

export const isPlaceLost = ({ dataCenters }: Pick<RegistrySnapshot, "dataCenters">, place: string): boolean =>
  dataCenters.some(({ name, loss = null }) => name === place && loss !== null);

/** Keys of the components that are meant to serve in a place. */
export const componentsIn = ({ instances }: Pick<RegistrySnapshot, "instances">, place: string): readonly string[] => [
  ...new Set(
    instances
      .filter(
        ({ dataCenter, desired, migrationId, state }) =>
          dataCenter === place && desired && migrationId === null && state !== "stopped",
      )
      .map(({ componentKey }) => componentKey),
  ),
];

/** Instances that are meant to serve: not those on their way out, nor a migration's target before it owns the component. */
export function servingInstances(instances: readonly InstanceRecord[], key: string): readonly InstanceRecord[] {
  return instances.filter(
    (instance) =>
      instance.componentKey === key && instance.desired && instance.migrationId === null && instance.state !== "stopped",
  );
}

export interface Placement {
  readonly dataCenter: string;
  readonly instances: number;
  readonly ready: number;
}

export function placementsOf(instances: readonly InstanceRecord[], key: string): readonly Placement[] {
  const byPlace = new Map<string, { instances: number; ready: number }>();
  for (const instance of servingInstances(instances, key)) {
    const place = byPlace.get(instance.dataCenter) ?? { instances: 0, ready: 0 };
    place.instances += 1;
    if (instance.state === "ready" || instance.state === "sealed") place.ready += 1;
    byPlace.set(instance.dataCenter, place);
  }
  return [...byPlace]
    .map(([dataCenter, counts]) => ({ dataCenter, ...counts }))
    .sort((a, b) => a.dataCenter.localeCompare(b.dataCenter));
}

export function componentState(
  component: ComponentRecord,
  registry: Pick<RegistrySnapshot, "instances" | "openMigrations">,
): ComponentState {
  if (registry.openMigrations.some((migration) => migration.componentKey === component.key)) return "migrating";
  const serving = servingInstances(registry.instances, component.key);
  if (serving.length === 0) return "pending";
  const ready = serving.filter((instance) => instance.state === "ready").length;
  if (ready === 0)
    return serving.every((instance) => instance.state === "starting" && instance.restarts === 0) ? "pending" : "down";
  return ready < serving.length || ready < component.spec.replicas.min ? "degraded" : "ready";
}
