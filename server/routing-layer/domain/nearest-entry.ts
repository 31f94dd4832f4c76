import { distanceKm, estimateRoundTripMs, type Point } from "../../connectivity-management/domain/estimate-round-trip.ts";
import type { RouteSnapshot } from "./snapshot.ts";

/** The place with most instances: from there a client of whom nobody knows where it is has the shortest ways. */
const busiestPlaces = new WeakMap<RouteSnapshot, readonly string[]>();

function byInstances(snapshot: RouteSnapshot): readonly string[] {
  const known = busiestPlaces.get(snapshot);
  if (known !== undefined) return known;
  const counts = new Map(snapshot.dataCenters.map(({ name }) => [name, 0]));
  for (const { dataCenter } of snapshot.components.flatMap(({ instances }) => instances))
    counts.set(dataCenter, (counts.get(dataCenter) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  busiestPlaces.set(snapshot, sorted);
  return sorted;
}

export interface EntryQuestion {
  readonly snapshot: RouteSnapshot;
  /** Null where nobody knows where the client is. */
  readonly point: Point | null;
  /** Whether the entry at a place has routes: a place that has just been added gets them a moment later than its neighbours. */
  readonly isOpen: (place: string) => boolean;
}

/** The entry nearest to a point among those that have routes; the one at the busiest place where there is no point. */
export function nearestEntry({ snapshot, point, isOpen }: EntryQuestion): string | null {
  if (point === null) return byInstances(snapshot).find(isOpen) ?? null;
  let best: { name: string; km: number } | null = null;
  for (const place of snapshot.dataCenters) {
    const km = distanceKm(place, point);
    if ((best === null || km < best.km) && isOpen(place.name)) best = { name: place.name, km };
  }
  return best?.name ?? null;
}

export interface FirstGuess {
  readonly rttMs: number;
  readonly rttFrom: "given" | "estimated";
}

/** Of a place that nobody knows the way to. */
const UNKNOWN_WAY: FirstGuess = { rttMs: 150, rttFrom: "estimated" };

/** Round trips from an entry to every place, as links give them, else by distance: what counts until the entry has measured. */
export function roundTripsFrom(entry: string, snapshot: RouteSnapshot): ReadonlyMap<string, FirstGuess> {
  const here = snapshot.dataCenters.find((place) => place.name === entry);
  const estimated = here
    ? snapshot.dataCenters.map((place): [string, FirstGuess] => [
        place.name,
        { rttMs: estimateRoundTripMs(here, place), rttFrom: "estimated" },
      ])
    : [];
  const given = snapshot.links
    .filter((link) => link.from === entry)
    .map((link): [string, FirstGuess] => [link.to, { rttMs: link.rttMs, rttFrom: "given" }]);
  return new Map([...estimated, ...given, [entry, { rttMs: 0, rttFrom: "given" }]]);
}

export const firstGuessMs = (roundTrips: ReadonlyMap<string, FirstGuess>, dataCenter: string): FirstGuess =>
  roundTrips.get(dataCenter) ?? UNKNOWN_WAY;
