import { distanceKm, type Point } from "./estimate-round-trip.ts";

/** Light in fibre takes a millisecond for 204 km; a round trip goes there and back, and no cable is straighter than straight. */
const KM_PER_ROUND_TRIP_MS = 102;
/** A round trip has no direction: its two ends may differ by what queues and routes make of it, and no more. */
const DIFFERENCE_SHARE = 0.3;
const DIFFERENCE_MS = 10;

interface Measured {
  readonly from: string;
  readonly to: string;
  readonly rttMs: number;
}

/**
 * Measurements that may be believed: slower than light, and not denied by the other end. An agent alone cannot prove what it says;
 * what is left out is as given or estimated, which no agent can change.
 */
export function credibleLinks(
  places: readonly (Point & { readonly name: string })[],
  measured: readonly Measured[],
): readonly Measured[] {
  const points = new Map(places.map((place) => [place.name, place]));
  const values = new Map(measured.map(({ from, to, rttMs }) => [`${from}>${to}`, rttMs]));
  return measured.filter(({ from, to, rttMs }) => {
    const [here, there] = [points.get(from), points.get(to)];
    if (here && there && rttMs < distanceKm(here, there) / KM_PER_ROUND_TRIP_MS) return false;
    const other = values.get(`${to}>${from}`);
    return other === undefined || Math.abs(rttMs - other) <= Math.max(DIFFERENCE_MS, DIFFERENCE_SHARE * Math.min(rttMs, other));
  });
}
