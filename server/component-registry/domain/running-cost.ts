import { demandOf, type Amounts } from "./capacity.ts";
import type { DataCenterSpec } from "./manifest.ts";
import type { RegistrySnapshot } from "./registry.ts";

const HOURS_A_MONTH = 730;

/** List price of so much CPU, memory and storage in one place, an hour. */
export function listPricePerHour({ cpuMillicores, memoryMiB, storageMiB }: Amounts, price: Price): number {
  const storage = ((storageMiB / 1024) * price.storageGiBMonth) / HOURS_A_MONTH;
  return (cpuMillicores / 1000) * price.cpuHour + (memoryMiB / 1024) * price.memoryGiBHour + storage;
}

type Price = NonNullable<DataCenterSpec["price"]>;

/**
 * What the instances that run now ask for, in money an hour, by the price of the place each stands in (list prices of CPU,
 * memory and storage; traffic between places is not in it). Null where no place has a price, or where prices are in several
 * currencies.
 */
export function runningCostPerHour({
  dataCenters,
  components,
  instances,
}: Pick<RegistrySnapshot, "dataCenters" | "components" | "instances">): {
  readonly amount: number;
  readonly currency: string;
} | null {
  const prices = new Map(dataCenters.flatMap(({ name, spec }) => (spec.price === null ? [] : [[name, spec.price] as const])));
  const specs = new Map(components.map((component) => [component.key, component.spec]));
  const costs = instances.flatMap((instance) => {
    const [price, spec] = [prices.get(instance.dataCenter), specs.get(instance.componentKey)];
    if (!price || !spec || instance.state === "stopped") return [];
    return [listPricePerHour(demandOf(spec), price)];
  });
  const [currency, another] = new Set([...prices.values()].map((price) => price.currency));
  return currency === undefined || another !== undefined
    ? null
    : { amount: costs.reduce((sum, cost) => sum + cost, 0), currency };
}
