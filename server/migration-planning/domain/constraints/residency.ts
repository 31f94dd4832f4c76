import type { Constraint } from "./constraint.ts";

/** `placement.allow` and `placement.deny`: empty lists allow everything. */
export const residency: Constraint = ({ component, destination }) => {
  const { allow, deny } = component.spec.placement;
  const { country } = destination.spec.location;
  const refuse = (message: string) => ({ constraint: "residency" as const, message });
  if (deny.countries.includes(country)) return refuse(`country ${country} is in placement.deny.countries`);
  if (deny.dataCenters.includes(destination.name)) return refuse(`${destination.name} is in placement.deny.dataCenters`);
  if (allow.countries.length > 0 && !allow.countries.includes(country))
    return refuse(`country ${country} is not in placement.allow.countries`);
  const listed = allow.dataCenters.length === 0 || allow.dataCenters.includes(destination.name);
  return listed ? null : refuse(`${destination.name} is not in placement.allow.dataCenters`);
};
