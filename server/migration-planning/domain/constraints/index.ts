import type { RegistrySnapshot } from "../../../component-registry/domain/registry.ts";
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

const BESIDE: ReadonlySet<Constraint> = new Set([affinity]);
/** What is said of where others are. */
const BESIDE_OR_APART: ReadonlySet<Constraint> = new Set([affinity, antiAffinity]);

/** `behind` is the registry as others will leave it: it is asked about `ahead`, about everything else the world is as it is. */
function refusalsAhead(
  question: PlacementQuestion,
  behind: RegistrySnapshot,
  ahead: ReadonlySet<Constraint>,
): readonly Refusal[] {
  const later = { ...question, registry: behind };
  return CONSTRAINTS.flatMap((constraint) => constraint(ahead.has(constraint) ? later : question) ?? []);
}

/**
 * The same for a move at its turn in a plan, `behind` being the registry when the whole plan is made: two that belong together
 * come from one place to another one after the other. Two that must be apart never meet on the way, so they are asked now.
 */
export const refusalsAtTurn = (question: PlacementQuestion, behind: RegistrySnapshot): readonly Refusal[] =>
  refusalsAhead(question, behind, BESIDE);

/**
 * The same for a move of a plan that runs: others are asked for where the plan's open moves put them, since all of them switch
 * together. Room is asked of the world as it is: what moves has reserved its own.
 */
export const refusalsInPlan = (question: PlacementQuestion, planId: string | null): readonly Refusal[] =>
  refusalsAhead(question, behindPlan(question, planId), BESIDE_OR_APART);

function behindPlan({ component, registry }: PlacementQuestion, planId: string | null): RegistrySnapshot {
  const others = registry.openMigrations.filter(
    (move) => move.componentKey !== component.key && move.planId === planId && move.state !== "aborting",
  );
  if (planId === null || others.length === 0) return registry;
  const instances = registry.instances.map((instance) => {
    const move = others.find(({ componentKey, from }) => componentKey === instance.componentKey && from === instance.dataCenter);
    return move ? { ...instance, dataCenter: move.to } : instance;
  });
  return { ...registry, instances };
}

/** Every reason against a placement; none means allowed. */
export function refusalsOf(question: PlacementQuestion): readonly Refusal[] {
  return CONSTRAINTS.flatMap((constraint) => constraint(question) ?? []);
}
