import { dataCenterState, isCordoned } from "../../../component-registry/domain/status.ts";
import type { Constraint } from "./constraint.ts";

export const unreachable: Constraint = ({ destination, now }) => {
  if (dataCenterState(destination, now) !== "unreachable") return null;
  const heard = destination.lastSeenAt ? `last heard ${destination.lastSeenAt.toISOString()}` : "never heard of";
  return { constraint: "unreachable", message: `${destination.name} is unreachable, ${heard}` };
};

export const cordoned: Constraint = ({ destination }) => {
  if (!isCordoned(destination)) return null;
  const why = destination.spec.cordoned ? "cordoned" : "being drained";
  return { constraint: "cordoned", message: `${destination.name} is ${why}: it takes nothing new` };
};
