import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { estimateRoundTripMs, roundTripMatrix, type PairRoundTrip } from "./domain/estimate-round-trip.ts";
import type { MeasuredLink, MeasuredLinks, PairSpan } from "./ports.ts";
import { believedOf, givenOf, MEASURED_WINDOW_MS, placesOf } from "./round-trips.ts";

type Registry = Pick<RegistrySnapshot, "dataCenters" | "links">;

export interface ConnectivityDeps {
  readonly readRegistry: () => Promise<Registry>;
  readonly measured: MeasuredLinks;
  /** What each pair carries now, by `from>to`. */
  readonly requestsPerSecond: (now: Date) => Promise<ReadonlyMap<string, number>>;
}

export interface Connectivity {
  /** Every ordered pair of data centres: given, measured, what it carries, and the value that decisions use. */
  matrix(now: Date): Promise<ConnectivityMatrix>;
  /** One pair over time, a point a step; a step without a probe is a gap. */
  series(span: PairSpan): Promise<PairSeries>;
}

type ConnectivityMatrix = ReturnType<typeof matrixOf>;
type PairSeries = ReturnType<typeof seriesOf>;

export function createConnectivity({ readRegistry, measured, requestsPerSecond }: ConnectivityDeps): Connectivity {
  return {
    matrix: async (now) => {
      const [registry, links, carried] = await Promise.all([
        readRegistry(),
        measured.within(new Date(now.getTime() - MEASURED_WINDOW_MS), now),
        requestsPerSecond(now),
      ]);
      return matrixOf(registry, { links, carried, now });
    },
    series: async (span) => seriesOf(span, await measured.over(span)),
  };
}

interface Seen {
  readonly links: readonly MeasuredLink[];
  readonly carried: ReadonlyMap<string, number>;
  readonly now: Date;
}

function matrixOf(registry: Registry, { links, carried, now }: Seen) {
  const measured = new Map(links.map((link) => [`${link.from}>${link.to}`, link]));
  const used = roundTripMatrix(placesOf(registry), givenOf(registry), believedOf(registry, links));
  return {
    at: now.toISOString(),
    windowMs: MEASURED_WINDOW_MS,
    dataCenters: registry.dataCenters.map(({ name }) => name),
    pairs: used.map((pair) => pairOf(registry, pair, { measured, carried })),
  };
}

function pairOf(
  { dataCenters, links }: Registry,
  { from, to, rttMs, rttFrom }: PairRoundTrip,
  { measured, carried }: { measured: ReadonlyMap<string, MeasuredLink>; carried: ReadonlyMap<string, number> },
) {
  const link = links.find((entry) => entry.from === from && entry.to === to);
  const [here, there] = [from, to].map((name) => dataCenters.find((record) => record.name === name));
  const seen = measured.get(`${from}>${to}`);
  return {
    from,
    to,
    driver: link?.spec.driver ?? "direct",
    givenRttMs: link?.spec.rttMs ?? null,
    estimatedRttMs: here && there ? estimateRoundTripMs(here.spec.location, there.spec.location) : rttMs,
    measured: seen ? figuresOf(seen) : null,
    rttMs,
    rttFrom,
    egressUsdPerGiB: link?.spec.egressGiB ?? here?.spec.price?.egressGiB ?? null,
    requestsPerSecond: carried.get(`${from}>${to}`) ?? null,
  };
}

const figuresOf = ({ from: _from, to: _to, rttMsTypical: _typical, lastAt, ...figures }: MeasuredLink) => ({
  ...figures,
  lastAt: lastAt.toISOString(),
});

function seriesOf({ from, to, since, until, stepSeconds }: PairSpan, points: Awaited<ReturnType<MeasuredLinks["over"]>>) {
  const stepMs = stepSeconds * 1000;
  const known = new Map(points.map((point) => [point.at.getTime(), point]));
  const first = Math.ceil(since.getTime() / stepMs) * stepMs;
  const count = Math.max(0, Math.ceil((until.getTime() - first) / stepMs));
  return {
    from,
    to,
    points: Array.from({ length: count }, (_, index) => {
      const at = first + index * stepMs;
      const { at: _at, ...figures } = known.get(at) ?? { ...GAP, at: null };
      return { at: new Date(at).toISOString(), ...figures };
    }),
  };
}

const GAP = { rttMsP50: null, rttMsP95: null, jitterMs: null, lossShare: null, throughputMbps: null };
