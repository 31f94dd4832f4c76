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

/** What is said of where others are. */
const BESIDE_OTHERS: ReadonlySet<Constraint> = new Set([affinity, antiAffinity]);

/**
 * The same for a move of a plan: others are asked for where the plan's open moves put them, since all of them switch together.
 * Room is asked of the world as it is: what moves has reserved its own.
 */
export function refusalsInPlan(question: PlacementQuestion, planId: string | null): readonly Refusal[] {
  const behind = { ...question, registry: behindPlan(question, planId) };
  return CONSTRAINTS.flatMap((constraint) => constraint(BESIDE_OTHERS.has(constraint) ? behind : question) ?? []);
}

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
