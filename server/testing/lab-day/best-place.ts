import { distanceKm, roundTripMatrix } from "../../connectivity-management/domain/estimate-round-trip.ts";
import { cityWeights } from "../../lab/domain/demand.ts";
import { loadWorld } from "../../lab/index.ts";

const STEPS = 96;
const DAY_MS = 86_400_000;

export interface DayBound {
  /** p75 of the users' links when everything stays in its first place. */
  readonly stayMs: number;
  /** The least p75 that any single place for each quarter of an hour could give. */
  readonly bestMs: number;
}

/** By how much less than staying the best is, percent. */
export const possibleGainPercent = ({ stayMs, bestMs }: DayBound): number => (100 * (stayMs - bestMs)) / stayMs;

/**
 * How short the users' links alone could be over a day, p75: all of the application in one place at a time, moved in no time by
 * somebody who knows the future. The least latency of which, with the place chosen for it in each step, three quarters of the
 * requests stay at or below. No plan that keeps together what belongs together does better, whatever it costs.
 */
export function bestOverDay(worldFile: string, begin: Date): DayBound {
  const { file, cities, roundTrips } = loadWorld(worldFile);
  const places = file.spec.dataCenters.map(({ metadata, spec }) => ({ name: metadata.name, ...spec.location }));
  const matrix = new Map(roundTripMatrix(places, roundTrips).map(({ from, to, rttMs }) => [`${from}>${to}`, rttMs]));
  const first = file.spec.initialPlacement?.dataCenter ?? places[0]?.name ?? "";
  const entries = cities.map((city) => [...places].sort((a, b) => distanceKm(city, a) - distanceKm(city, b))[0]?.name ?? "");
  /** By step: how the requests spread over the entries, each a share of the whole. */
  const steps = Array.from({ length: STEPS }, (_, step) => {
    const weights = cityWeights(cities, new Date(begin.getTime() + (step * DAY_MS) / STEPS), file.spec.users.followTheSun);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = new Map<string, number>();
    entries.forEach((entry, index) => shares.set(entry, (shares.get(entry) ?? 0) + (weights[index] ?? 0) / total));
    return shares;
  });
  const within = (shares: ReadonlyMap<string, number>, place: string, ms: number): number =>
    [...shares].reduce((sum, [entry, share]) => sum + (rttOf(matrix, entry, place) <= ms ? share : 0), 0);
  const least = (shareOf: (shares: ReadonlyMap<string, number>, ms: number) => number): number =>
    [0, ...new Set(matrix.values())]
      .sort((a, b) => a - b)
      .find((ms) => steps.reduce((sum, shares) => sum + shareOf(shares, ms), 0) / STEPS >= 0.75) ?? Number.NaN;
  return {
    stayMs: least((shares, ms) => within(shares, first, ms)),
    bestMs: least((shares, ms) => Math.max(...places.map(({ name }) => within(shares, name, ms)))),
  };
}

const rttOf = (matrix: ReadonlyMap<string, number>, from: string, to: string): number =>
  from === to ? 0 : (matrix.get(`${from}>${to}`) ?? Number.POSITIVE_INFINITY);
