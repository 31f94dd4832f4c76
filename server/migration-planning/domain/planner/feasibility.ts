import type { InstanceRecord, RegistrySnapshot, ReservationRecord } from "../../../component-registry/domain/registry.ts";
import { placementsOf, servingInstances } from "../../../component-registry/domain/status.ts";
import { refusalsAtTurn, refusalsOf, type Refusal } from "../constraints/index.ts";
import { instancesWanted } from "../../../component-registry/domain/capacity.ts";
import { demandOfAll } from "../predict/money.ts";
import type { Move } from "../predict/placement.ts";

/**
 * Why a move may not be made after others of its plan have been; empty: it may. `following` are those that come behind it: who has
 * to be beside one of them is asked where they will be, or two that belong together could never move.
 */
export function refusalsAfter(
  registry: RegistrySnapshot,
  before: readonly Move[],
  move: Pick<Move, "component" | "to">,
  { now, following = [] }: { readonly now: Date; readonly following?: readonly Move[] },
): readonly Refusal[] {
  const world = before.reduce(applyMove, registry);
  const component = world.components.find(({ key }) => key === move.component);
  const destination = world.dataCenters.find(({ name }) => name === move.to);
  if (!component || !destination) return [];
  return refusalsAtTurn({ component, destination, registry: world, now }, following.reduce(applyMove, world));
}

/**
 * The registry as it will be after a move was ordered: its instances stand in the new place, and the old place's room stays taken,
 * since the source is retired only after the switch.
 */
export function applyMove(registry: RegistrySnapshot, { component: key, from, to }: Move): RegistrySnapshot {
  const component = registry.components.find((record) => record.key === key);
  if (!component) return registry;
  const serving = new Set(servingInstances(registry.instances, key).filter(({ dataCenter }) => dataCenter === from));
  const [sample] = serving;
  if (!sample) return registry;
  const targets = Array.from({ length: instancesWanted(component.spec) }, (_, index): InstanceRecord => ({
    ...sample,
    name: `${sample.name}.${to}.${index}`,
    dataCenter: to,
  }));
  const left: ReservationRecord = { migrationId: `${key}>${to}`, dataCenter: from, ...demandOfAll(component) };
  return {
    ...registry,
    instances: [...registry.instances.filter((instance) => !serving.has(instance)), ...targets],
    reservations: [...registry.reservations, left],
  };
}

/** Whether the moves can be made in this order, each allowed at its turn. */
export function isFeasible(registry: RegistrySnapshot, moves: readonly Move[], now: Date): boolean {
  return moves.every((move, index) => {
    const following = moves.slice(index + 1);
    return refusalsAfter(registry, moves.slice(0, index), move, { now, following }).length === 0;
  });
}

/** Whether somebody who stays would no longer be beside one that it must be beside. */
export function strandsSomebody(registry: RegistrySnapshot, moves: readonly Move[], now: Date): boolean {
  const moved = new Set(moves.map(({ component }) => component));
  const behind = moves.reduce(applyMove, registry);
  const staying = registry.components.filter(({ key, spec }) => !moved.has(key) && spec.placement.affinity.length > 0);
  return staying.some((component) =>
    placementsOf(registry.instances, component.key).some(({ dataCenter }) => {
      const destination = registry.dataCenters.find(({ name }) => name === dataCenter);
      const isHeld = (world: RegistrySnapshot): boolean =>
        destination !== undefined &&
        refusalsOf({ component, destination, registry: world, now }).some(({ constraint }) => constraint === "affinity");
      return isHeld(behind) && !isHeld(registry);
    }),
  );
}
