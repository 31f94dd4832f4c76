import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { credibleLinks } from "./domain/credible-links.ts";
import { roundTripMatrix, type PairRoundTrip } from "./domain/estimate-round-trip.ts";
import type { MeasuredLink, MeasuredLinks } from "./ports.ts";

export interface RoundTrips {
  /** The best known round-trip time of a pair, in ms; 0 for one place. Refreshed in the background. */
  between(from: string, to: string): number;
  /** Every ordered pair, with where its value is from. */
  matrix(): Promise<readonly PairRoundTrip[]>;
}

const REFRESH_MS = 5_000;
/** What was measured longer ago says nothing of now. */
export const MEASURED_WINDOW_MS = 300_000;

type Registry = Pick<RegistrySnapshot, "dataCenters" | "links">;

/** Round-trip times between data centres: as agents measure them where they may be believed, else as the registry's links give them, else estimated. */
export function createRoundTrips(read: () => Promise<Registry>, measured: Pick<MeasuredLinks, "within">): RoundTrips {
  let table = new Map<string, number>();
  let freshUntil = 0;
  const load = async (): Promise<readonly PairRoundTrip[]> => {
    const now = new Date();
    const [registry, links] = await Promise.all([read(), measured.within(new Date(now.getTime() - MEASURED_WINDOW_MS), now)]);
    const pairs = roundTripMatrix(placesOf(registry), givenOf(registry), believedOf(registry, links));
    table = new Map(pairs.map((pair) => [`${pair.from}>${pair.to}`, pair.rttMs]));
    return pairs;
  };
  void load().catch(() => undefined);
  return {
    between: (from, to) => {
      if (performance.now() > freshUntil) {
        freshUntil = performance.now() + REFRESH_MS;
        void load().catch(() => undefined);
      }
      return from === to ? 0 : (table.get(`${from}>${to}`) ?? 100);
    },
    matrix: load,
  };
}

/** One agent among several of a place cannot shift the value: each has one voice, however much it sends. */
export const believedOf = (registry: Registry, links: readonly MeasuredLink[]) =>
  credibleLinks(
    placesOf(registry),
    links.map(({ from, to, rttMsTypical }) => ({ from, to, rttMs: rttMsTypical })),
  );

export const placesOf = ({ dataCenters }: Registry) =>
  dataCenters.map(({ name, spec }) => ({ name, latitude: spec.location.latitude, longitude: spec.location.longitude }));

export const givenOf = ({ links }: Registry) => links.map(({ from, to, spec }) => ({ from, to, rttMs: spec.rttMs }));
