import { affinity } from "./affinity.ts";
import { antiAffinity } from "./anti-affinity.ts";
import { capacity } from "./capacity.ts";
import type { Constraint, PlacementQuestion, Refusal } from "./constraint.ts";
import { pin } from "./pin.ts";
import { cordoned, unreachable } from "./reachability.ts";
import { residency } from "./residency.ts";

export { type PlacementQuestion, type Refusal } from "./constraint.ts";

/** In the order in which they are told: what the operator wrote first, what the world allows last. */
const CONSTRAINTS: readonly Constraint[] = [pin, residency, affinity, antiAffinity, cordoned, unreachable, capacity];

const BUT_ROOM = CONSTRAINTS.filter((constraint) => constraint !== capacity);

/** The same without asking for room, by whoever keeps count of it. */
export const refusalsButRoom = (question: PlacementQuestion): readonly Refusal[] =>
  BUT_ROOM.flatMap((constraint) => constraint(question) ?? []);

/** Every reason against a placement; none means allowed. */
export function refusalsOf(question: PlacementQuestion): readonly Refusal[] {
  return CONSTRAINTS.flatMap((constraint) => constraint(question) ?? []);
}
