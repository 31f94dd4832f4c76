import { capacityOf, occupancyOf } from "../../../component-registry/domain/capacity.ts";
import type { Breach, Detector } from "../breach.ts";

/** Less than this share free: the next component does not fit. */
const FREE_SHARE_MIN = 0.05;
const RESOURCES = [
  ["cpuMillicores", "mCPU"],
  ["memoryMiB", "MiB of memory"],
  ["storageMiB", "MiB of storage"],
] as const;

/** A data centre has no room left, by what its components ask for. It has been so since the last of them came. */
export const placeFull: Detector = ({ registry, now }) =>
  registry.dataCenters.flatMap((place): Breach[] => {
    const capacity = capacityOf(place.spec);
    const { free } = occupancyOf(registry, place.name);
    const short = RESOURCES.find(([resource]) => capacity[resource] > 0 && free[resource] < FREE_SHARE_MIN * capacity[resource]);
    if (!short) return [];
    const [resource, unit] = short;
    const value = capacity[resource] - free[resource];
    const came = registry.instances.filter((instance) => instance.dataCenter === place.name).map(({ startedAt }) => startedAt);
    const sinceMs = Math.max(...came.map((at) => at?.getTime() ?? 0), 0);
    return [
      {
        kind: "place-full",
        subject: place.name,
        component: null,
        dataCenter: place.name,
        region: null,
        since: sinceMs > 0 ? new Date(sinceMs) : now,
        value,
        limit: (1 - FREE_SHARE_MIN) * capacity[resource],
        message: `${place.name} has ${Math.round(free[resource])} of ${Math.round(capacity[resource])} ${unit} free`,
      },
    ];
  });
