import type { RegistrySnapshot } from "../../../component-registry/domain/registry.ts";
import { placementsOf } from "../../../component-registry/domain/status.ts";

/** Where each component runs: its data centre, or the one with most of its instances. */
export type Placement = ReadonlyMap<string, string>;

export function presentPlacement({ components, instances }: Pick<RegistrySnapshot, "components" | "instances">): Placement {
  return new Map(
    components.flatMap(({ key }): [string, string][] => {
      const [most] = [...placementsOf(instances, key)].sort((a, b) => b.instances - a.instances);
      return most ? [[key, most.dataCenter]] : [];
    }),
  );
}

export interface Move {
  readonly component: string;
  readonly from: string;
  readonly to: string;
}

export function withMoves(placement: Placement, moves: readonly Pick<Move, "component" | "to">[]): Placement {
  return new Map([...placement, ...moves.map(({ component, to }): [string, string] => [component, to])]);
}
