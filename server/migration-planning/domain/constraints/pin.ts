import type { Constraint } from "./constraint.ts";

export const pin: Constraint = ({ component, destination }) => {
  const { pinned } = component.spec.placement;
  if (pinned === null || pinned === destination.name) return null;
  return { constraint: "pin", message: `${component.key} is pinned to ${pinned}` };
};
