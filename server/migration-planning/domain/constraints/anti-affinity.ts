import { componentKeyIn } from "../../../component-registry/domain/manifest.ts";
import { placementsOf } from "../../../component-registry/domain/status.ts";
import type { Constraint } from "./constraint.ts";

/** Must not share a data centre with any component of `placement.antiAffinity`, in either's manifest. */
export const antiAffinity: Constraint = ({ component, destination, registry }) => {
  const named = component.spec.placement.antiAffinity.map((reference) => componentKeyIn(component.application, reference));
  const naming = registry.components.filter((other) =>
    other.spec.placement.antiAffinity.some((reference) => componentKeyIn(other.application, reference) === component.key),
  );
  for (const partner of [...named, ...naming.map((other) => other.key)]) {
    if (placementsOf(registry.instances, partner).some((placement) => placement.dataCenter === destination.name)) {
      return {
        constraint: "anti-affinity",
        message: `${component.key} must not run beside ${partner}, which runs in ${destination.name}`,
      };
    }
  }
  return null;
};
