import { demandOf, fits, instancesWanted, occupancyOf, times } from "../../../component-registry/domain/capacity.ts";
import type { Constraint } from "./constraint.ts";

/** The instances that the component needs there must fit beside what runs and what is reserved. */
export const capacity: Constraint = ({ component, destination, registry }) => {
  const { free } = occupancyOf(registry, destination.name);
  const demand = times(demandOf(component.spec), instancesWanted(component.spec));
  if (fits(free, demand)) return null;
  const short =
    (["cpuMillicores", "memoryMiB", "storageMiB"] as const).find((resource) => demand[resource] > free[resource]) ??
    "cpuMillicores";
  return {
    constraint: "capacity",
    message: `${destination.name} has ${free[short]} ${short} free, ${component.key} needs ${demand[short]}`,
  };
};
