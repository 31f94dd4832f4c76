import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { roundTripMatrix, type PairRoundTrip } from "./domain/estimate-round-trip.ts";

export interface RoundTrips {
  /** The best known round-trip time of a pair, in ms; 0 for one place. Refreshed in the background. */
  between(from: string, to: string): number;
  matrix(): Promise<readonly PairRoundTrip[]>;
}

const REFRESH_MS = 5_000;

/** Round-trip times between data centres as the registry's links give them, estimated where they do not. */
export function createRoundTrips(read: () => Promise<Pick<RegistrySnapshot, "dataCenters" | "links">>): RoundTrips {
  let table = new Map<string, number>();
  let freshUntil = 0;
  const load = async (): Promise<readonly PairRoundTrip[]> => {
    const pairs = pairsOf(await read());
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

function pairsOf({ dataCenters, links }: Pick<RegistrySnapshot, "dataCenters" | "links">): readonly PairRoundTrip[] {
  const places = dataCenters.map(({ name, spec }) => ({
    name,
    latitude: spec.location.latitude,
    longitude: spec.location.longitude,
  }));
  return roundTripMatrix(
    places,
    links.map(({ from, to, spec }) => ({ from, to, rttMs: spec.rttMs })),
  );
}
