import { dataCenterState } from "../../../component-registry/domain/status.ts";
import type { Constraint } from "./constraint.ts";

export const unreachable: Constraint = ({ destination, now }) => {
  if (dataCenterState(destination, now) !== "unreachable") return null;
  const heard = destination.lastSeenAt ? `last heard ${destination.lastSeenAt.toISOString()}` : "never heard of";
  return { constraint: "unreachable", message: `${destination.name} is unreachable, ${heard}` };
};

export const cordoned: Constraint = ({ destination }) =>
  destination.spec.cordoned ? { constraint: "cordoned", message: `${destination.name} is cordoned: it takes nothing new` } : null;
