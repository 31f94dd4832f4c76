import type { ComponentRecord, DataCenterRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { refusalsOf, type Refusal } from "./constraints/index.ts";

export interface FirstPlacement {
  /** Null: no place is allowed; `refused` says why for each. */
  readonly dataCenter: string | null;
  readonly refused: readonly { readonly dataCenter: string; readonly refusals: readonly Refusal[] }[];
}

/** Where a component without any place starts: the first allowed one, preferred ones first, then `usual`, then by name. */
export function chooseFirstPlacement(
  component: ComponentRecord,
  registry: RegistrySnapshot,
  options: { readonly usual: string | null; readonly now: Date },
): FirstPlacement {
  const { prefer } = component.spec.placement;
  const rank = (place: DataCenterRecord): number => {
    if (prefer.dataCenters.includes(place.name)) return 0;
    if (prefer.countries.includes(place.spec.location.country)) return 1;
    return place.name === options.usual ? 2 : 3;
  };
  const judged = [...registry.dataCenters]
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .map((destination) => ({
      dataCenter: destination.name,
      refusals: refusalsOf({ component, destination, registry, now: options.now }),
    }));
  return {
    dataCenter: judged.find((place) => place.refusals.length === 0)?.dataCenter ?? null,
    refused: judged.filter((place) => place.refusals.length > 0),
  };
}
