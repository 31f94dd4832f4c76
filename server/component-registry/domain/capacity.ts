import { cpuMillicores, mebibytes } from "./quantity.ts";
import type { ComponentSpec, DataCenterSpec } from "./manifest.ts";
import type { RegistrySnapshot } from "./registry.ts";

export interface Amounts {
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly storageMiB: number;
}

const NOTHING: Amounts = { cpuMillicores: 0, memoryMiB: 0, storageMiB: 0 };

/** What one instance of the component asks for. */
export function demandOf(spec: ComponentSpec): Amounts {
  const { cpu, memory, storage } = spec.resources;
  return { cpuMillicores: cpuMillicores(cpu), memoryMiB: mebibytes(memory), storageMiB: mebibytes(storage) };
}

/** How many instances a component keeps in one place: state has one owner. */
export const instancesWanted = ({ state, replicas }: ComponentSpec): number =>
  state.kind === "stateless" ? Math.max(1, replicas.min) : 1;

export function capacityOf(spec: DataCenterSpec): Amounts {
  const { cpu, memory, storage } = spec.capacity;
  return { cpuMillicores: cpuMillicores(cpu), memoryMiB: mebibytes(memory), storageMiB: mebibytes(storage) };
}

export interface Occupancy {
  readonly used: Amounts;
  readonly reserved: Amounts;
  /** Capacity − used − reserved; negative where capacity was lowered under what runs. */
  readonly free: Amounts;
}

/** A reservation counts until its instance exists, so that a target is never counted twice. */
export function occupancyOf(registry: RegistrySnapshot, dataCenter: string): Occupancy {
  const specs = new Map(registry.components.map((component) => [component.key, component.spec]));
  const here = registry.instances.filter((instance) => instance.dataCenter === dataCenter && instance.state !== "stopped");
  const used = here.reduce((sum, instance) => {
    const spec = specs.get(instance.componentKey);
    return spec ? add(sum, demandOf(spec)) : sum;
  }, NOTHING);
  const made = new Set(here.map((instance) => instance.migrationId));
  const reserved = registry.reservations
    .filter((entry) => entry.dataCenter === dataCenter && !made.has(entry.migrationId))
    .reduce<Amounts>(add, NOTHING);
  const record = registry.dataCenters.find((entry) => entry.name === dataCenter);
  const capacity = record ? capacityOf(record.spec) : NOTHING;
  return { used, reserved, free: subtract(subtract(capacity, used), reserved) };
}

export function fits(free: Amounts, demand: Amounts): boolean {
  return demand.cpuMillicores <= free.cpuMillicores && demand.memoryMiB <= free.memoryMiB && demand.storageMiB <= free.storageMiB;
}

export function times(amounts: Amounts, count: number): Amounts {
  return {
    cpuMillicores: amounts.cpuMillicores * count,
    memoryMiB: amounts.memoryMiB * count,
    storageMiB: amounts.storageMiB * count,
  };
}

const add = (a: Amounts, b: Amounts): Amounts => ({
  cpuMillicores: a.cpuMillicores + b.cpuMillicores,
  memoryMiB: a.memoryMiB + b.memoryMiB,
  storageMiB: a.storageMiB + b.storageMiB,
});

const subtract = (a: Amounts, b: Amounts): Amounts => add(a, times(b, -1));
