import type { ComponentDto, InstanceDto, LastMinuteDto, ScoresDto } from "../../server/api/shapes/index.ts";

export type ComponentSort = "state" | "name" | "place" | "instances" | "requests" | "p95" | "score" | "restarts" | "epoch";

export interface ComponentRow {
  readonly key: string;
  readonly state: string;
  readonly places: readonly string[];
  readonly instances: number;
  readonly ready: number;
  /** Of the last minute; null where nobody asked. */
  readonly requestsPerSecond: number | null;
  readonly latencyMsP95: number | null;
  /** p95 that the manifest asks for. */
  readonly targetMsP95: number | null;
  readonly score: ComponentDto["status"]["score"];
  readonly isCandidate: boolean;
  readonly restarts: number;
  readonly epoch: number;
  readonly stateKind: string;
  readonly dependencies: readonly string[];
}

export const keyOf = (component: Pick<ComponentDto, "metadata">): string =>
  `${component.metadata.application}/${component.metadata.name}`;

/** Worst first: what needs a person must not be at the end. */
const STATE_RANK = ["down", "degraded", "migrating", "pending", "ready"];

const ORDERS: Readonly<Record<string, (a: ComponentRow, b: ComponentRow) => number>> = {
  name: (a, b) => a.key.localeCompare(b.key),
  state: (a, b) => STATE_RANK.indexOf(a.state) - STATE_RANK.indexOf(b.state),
  place: (a, b) => (a.places[0] ?? "").localeCompare(b.places[0] ?? ""),
  instances: (a, b) => a.ready - b.ready,
  requests: (a, b) => (b.requestsPerSecond ?? 0) - (a.requestsPerSecond ?? 0),
  p95: (a, b) => (b.latencyMsP95 ?? 0) - (a.latencyMsP95 ?? 0),
  // The poorest place first; what has no score yet stands last.
  score: (a, b) => (a.score?.combined ?? 101) - (b.score?.combined ?? 101),
  restarts: (a, b) => b.restarts - a.restarts,
  epoch: (a, b) => b.epoch - a.epoch,
};

export function componentRows({
  components,
  instances,
  minute,
  filter,
  sort,
  nameOf,
}: {
  components: readonly ComponentDto[];
  instances: readonly InstanceDto[];
  minute: LastMinuteDto["components"];
  filter: string;
  sort: string;
  /** City of a data centre: people search by it, too. */
  nameOf: (dataCenter: string) => string;
}): readonly ComponentRow[] {
  const wanted = filter.trim().toLowerCase();
  const figures = new Map(minute.map((entry) => [entry.component, entry]));
  const rows = components.map((component): ComponentRow => {
    const key = keyOf(component);
    const { status, spec } = component;
    return {
      key,
      state: status.state,
      places: status.placements.map((placement) => placement.dataCenter),
      instances: status.placements.reduce((sum, placement) => sum + placement.instances, 0),
      ready: status.placements.reduce((sum, placement) => sum + placement.ready, 0),
      requestsPerSecond: figures.get(key)?.requestsPerSecond ?? null,
      latencyMsP95: figures.get(key)?.latencyMs.p95 ?? null,
      targetMsP95: spec.performance.latencyMsP95,
      score: status.score,
      isCandidate: status.candidate === true,
      restarts: instances.filter((instance) => instance.component === key).reduce((sum, instance) => sum + instance.restarts, 0),
      epoch: status.epoch,
      stateKind: spec.state.kind,
      dependencies: spec.dependencies.map((dependency) => dependency.component),
    };
  });
  const fits = (row: ComponentRow): boolean =>
    [row.key, row.state, ...row.places, ...row.places.map(nameOf)].some((text) => text.toLowerCase().includes(wanted));
  return rows.filter(fits).sort((a, b) => (ORDERS[sort] ?? ORDERS["name"])?.(a, b) || a.key.localeCompare(b.key));
}

/** The allowed place with the highest score, the present one among them. */
export function bestOf({
  current,
  candidates,
}: Pick<ScoresDto, "current" | "candidates">): { dataCenter: string; combined: number; isHere: boolean } | null {
  const open = [...(current ? [current] : []), ...candidates].flatMap(({ dataCenter, allowed, combined }) =>
    allowed && combined !== null ? [{ dataCenter, combined, isHere: dataCenter === current?.dataCenter }] : [],
  );
  return open.sort((a, b) => b.combined - a.combined || Number(b.isHere) - Number(a.isHere))[0] ?? null;
}

export interface Neighbour {
  readonly key: string;
  readonly direction: "calls" | "called by";
  readonly places: readonly string[];
  readonly callsPerRequest: number;
  /** Round trip to the nearest place it runs in, ms; null where nobody knows. */
  readonly rttMs: number | null;
  /** It is reached again from itself: a cycle, which is legal. */
  readonly cycle: boolean;
}

interface NeighbourQuestion {
  readonly component: ComponentDto;
  readonly components: readonly ComponentDto[];
  readonly matrix: readonly { readonly from: string; readonly to: string; readonly rttMs: number }[];
}

export function neighboursOf({ component, components, matrix }: NeighbourQuestion): readonly Neighbour[] {
  const self = keyOf(component);
  const full = (application: string, name: string): string => (name.includes("/") ? name : `${application}/${name}`);
  const edges = components.flatMap((from) =>
    from.spec.dependencies.map((dependency) => ({
      from: keyOf(from),
      to: full(from.metadata.application, dependency.component),
      calls: dependency.callsPerRequest,
    })),
  );
  const placesOf = (key: string): string[] =>
    components.find((entry) => keyOf(entry) === key)?.status.placements.map((placement) => placement.dataCenter) ?? [];
  const own = placesOf(self);
  const rtt = (key: string): number | null => {
    const times = own.flatMap((from) =>
      placesOf(key).map((to) =>
        from === to ? 0 : (matrix.find((pair) => pair.from === from && pair.to === to)?.rttMs ?? Number.POSITIVE_INFINITY),
      ),
    );
    const least = Math.min(...times);
    return Number.isFinite(least) ? least : null;
  };
  const reaches = (from: string, seen = new Set<string>()): boolean =>
    edges.some((edge) => edge.from === from && (edge.to === self || (!seen.has(edge.to) && reaches(edge.to, seen.add(edge.to)))));
  const make = (key: string, direction: Neighbour["direction"], calls: number): Neighbour => ({
    key,
    direction,
    places: placesOf(key),
    callsPerRequest: calls,
    rttMs: rtt(key),
    cycle: direction === "calls" && reaches(key),
  });
  return [
    ...edges.filter((edge) => edge.from === self).map((edge) => make(edge.to, "calls", edge.calls)),
    ...edges.filter((edge) => edge.to === self).map((edge) => make(edge.from, "called by", edge.calls)),
  ];
}
