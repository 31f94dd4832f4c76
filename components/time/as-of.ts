import { cpuMillicores } from "../../server/component-registry/domain/quantity.ts";
import type { ComponentDto, DataCenterDto, PastWorldDto } from "../../server/api/shapes/index.ts";

type PlaceStatus = DataCenterDto["status"];

/** A data centre at the moment that is looked at: of one that is over nobody kept the state. */
export type ShownPlace = Omit<DataCenterDto, "status"> & {
  readonly status: Omit<PlaceStatus, "state"> & { readonly state: PlaceStatus["state"] | "unknown" };
};

/** The lists of now, with what ran where then. What is not kept (a host's state, room that was reserved) is not made up. */

const keyOf = ({ metadata }: ComponentDto): string => `${metadata.application}/${metadata.name}`;

export function componentsAsOf(components: readonly ComponentDto[], { placements }: PastWorldDto): ComponentDto[] {
  const byComponent = Map.groupBy(placements, ({ component }) => component);
  return components.flatMap((component) => {
    const then = byComponent.get(keyOf(component));
    if (!then) return [];
    return {
      ...component,
      status: {
        ...component.status,
        placements: then.map(({ dataCenter, instances }) => ({ dataCenter, instances, ready: instances })),
        score: null,
        candidate: null,
      },
    };
  });
}

export function placesAsOf(
  places: readonly DataCenterDto[],
  components: readonly ComponentDto[],
  { placements }: PastWorldDto,
): ShownPlace[] {
  const cpuOf = new Map(components.map((component) => [keyOf(component), cpuMillicores(component.spec.resources.cpu)]));
  return places.map((place) => {
    const here = placements.filter(({ dataCenter }) => dataCenter === place.metadata.name);
    const used = here.reduce((sum, { component, instances }) => sum + instances * (cpuOf.get(component) ?? 0), 0);
    const capacity = place.status.used.cpuMillicores + place.status.free.cpuMillicores + place.status.reserved.cpuMillicores;
    return {
      ...place,
      status: {
        ...place.status,
        state: "unknown",
        // Nor is it known whether it was lost or emptied then: what is so now says nothing about it.
        loss: null,
        drain: null,
        instances: here.reduce((sum, { instances }) => sum + instances, 0),
        used: { ...place.status.used, cpuMillicores: used },
        free: { ...place.status.free, cpuMillicores: capacity - used },
      },
    };
  });
}

/** The lab's clock then: it runs so much faster than the wall's. */
export function labClockAsOf(
  clockNow: string,
  speed: number,
  { now, at }: { readonly now: number; readonly at: number },
): number {
  return Date.parse(clockNow) - (now - at) * speed;
}
