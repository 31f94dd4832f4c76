import { componentKeyIn } from "../../../component-registry/domain/manifest.ts";
import { isPlaceLost, placementsOf } from "../../../component-registry/domain/status.ts";
import type { Constraint } from "./constraint.ts";

/** Must share a data centre with each component of `placement.affinity` that runs anywhere; who is lost with its place holds nobody. */
export const affinity: Constraint = ({ component, destination, registry }) => {
  for (const reference of component.spec.placement.affinity) {
    const partner = componentKeyIn(component.application, reference);
    const places = placementsOf(registry.instances, partner).flatMap(({ dataCenter }) =>
      isPlaceLost(registry, dataCenter) ? [] : dataCenter,
    );
    if (places.length > 0 && !places.includes(destination.name)) {
      return {
        constraint: "affinity",
        message: `${component.key} must run beside ${partner}, which runs in ${places.join(", ")}`,
      };
    }
  }
  return null;
};
