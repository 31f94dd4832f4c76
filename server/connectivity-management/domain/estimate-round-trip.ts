/** A point on the earth, degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_RADIUS_KM = 6371;

export function distanceKm(a: Point, b: Point): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (from: number, to: number): number => Math.sin((rad(to) - rad(from)) / 2) ** 2;
  const chord =
    half(a.latitude, b.latitude) + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Milliseconds that every pair has beside its distance, and the slope over great circles between cloud regions. */
const FIXED_MS = 3;
export const MS_PER_KM = 0.0162;
/** Between Europe and Asia-Pacific cables go round continents: measured paths are longer by this. */
const EUROPE_ASIA_FACTOR = 1.45;

const isEurope = ({ latitude, longitude }: Point): boolean => latitude > 35 && longitude > -12 && longitude < 40;
const isAsiaPacific = ({ longitude }: Point): boolean => longitude > 60;

/** How much longer the measured way is than the straight one. */
export const detourFactor = (a: Point, b: Point): number =>
  (isEurope(a) && isAsiaPacific(b)) || (isEurope(b) && isAsiaPacific(a)) ? EUROPE_ASIA_FACTOR : 1;

/**
 * Round-trip time of a pair that nobody has measured, in ms: 3 + 0.0162 per km, × 1.45 between Europe and Asia-Pacific
 * (slope and factor: contract, section 8, fitted on the measured matrix of 69 cloud regions, Skyplane 2022).
 */
export function estimateRoundTripMs(a: Point, b: Point): number {
  return FIXED_MS + MS_PER_KM * distanceKm(a, b) * detourFactor(a, b);
}

export type RoundTripSource = "measured" | "given" | "estimated";

const LAST_MILE_MS = 2;

/** Round trip between a user and the place where they come in, ms: 2 for the last mile, then as between places (contract, section 8). */
export const accessRoundTripMs = (user: Point, place: Point): number =>
  LAST_MILE_MS + MS_PER_KM * distanceKm(user, place) * detourFactor(user, place);

export interface PairRoundTrip {
  readonly from: string;
  readonly to: string;
  readonly rttMs: number;
  readonly rttFrom: RoundTripSource;
  readonly estimated: boolean;
}

interface NamedPoint extends Point {
  readonly name: string;
}

interface Known {
  readonly from: string;
  readonly to: string;
  readonly rttMs: number | null;
}

/**
 * Every ordered pair: as measured, else as given, else estimated and marked so. Where only the other end has measured, its value
 * stands: a round trip has no direction. But a pair may be given a value for each direction, since the one that opens the
 * connection decides the route; then what the other end measured is carried over by how they are given to each other.
 */
export function roundTripMatrix(
  places: readonly NamedPoint[],
  given: readonly Known[],
  measured: readonly Known[] = [],
): readonly PairRoundTrip[] {
  const [seen, said] = [tableOf(measured), tableOf(given)];
  return places.flatMap((a) =>
    places
      .filter((b) => b.name !== a.name)
      .map((b) => {
        const [there, back] = [`${a.name}>${b.name}`, `${b.name}>${a.name}`];
        const [givenThere, givenBack] = [said.get(there), said.get(back)];
        const asked = seen.get(back);
        const measuredMs = seen.get(there) ?? (asked === undefined ? undefined : asked * ratioOf(givenThere, givenBack));
        const givenMs = givenThere ?? givenBack;
        const rttFrom = measuredMs !== undefined ? "measured" : givenMs !== undefined ? "given" : "estimated";
        const rttMs = measuredMs ?? givenMs ?? estimateRoundTripMs(a, b);
        return { from: a.name, to: b.name, rttMs, rttFrom, estimated: rttFrom === "estimated" } as const;
      }),
  );
}

/** One where a direction is not given, or given as nothing. */
const ratioOf = (there: number | undefined, back: number | undefined): number => (there && back ? there / back : 1);

const tableOf = (links: readonly Known[]): ReadonlyMap<string, number> =>
  new Map(links.flatMap(({ from, to, rttMs }) => (rttMs === null ? [] : [[`${from}>${to}`, rttMs] as const])));
