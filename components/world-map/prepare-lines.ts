import type { Feature, FeatureCollection, LineString, Point, Position } from "geojson";
import type { LastMinuteDto, MigrationDto } from "../../server/api/shapes/index.ts";
import type { ShownPlace } from "../time/as-of.ts";
import { hasEnded, progressShare, stepLabel } from "../migrations-page/prepare.ts";
import { timeToSecond } from "../ui/format.ts";
import { wordOf } from "../ui/status.tsx";
import { backbone, type Pair } from "./backbone.ts";
import { collection, greatCircle } from "./geo.ts";

/** Lines that the map draws: links and moves. Longitudes may leave ±180 so that no line jumps. */

interface LinkQuestion {
  readonly places: readonly ShownPlace[];
  readonly pairs: readonly Pair[];
  readonly traffic: LastMinuteDto["links"];
  /** The data centre somebody looks at: what it exchanges with others is shown, too. */
  readonly selected: string | null;
  readonly all: boolean;
}

const LINKS_AT_WORLD_ZOOM = 12;
const LINE_WIDTH_MIN = 1.2;
const LINE_WIDTH_MAX = 3.2;
/** Requests a second at which a link is as wide as it gets. */
const TRAFFIC_FULL = 100;

const keyOf = (a: string, b: string): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`);

/** Requests a second in both directions together, by unordered pair. */
function trafficByPair(traffic: LinkQuestion["traffic"]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { from, to, requestsPerSecond } of traffic)
    sums.set(keyOf(from, to), (sums.get(keyOf(from, to)) ?? 0) + requestsPerSecond);
  return sums;
}

export function linkLines({ places, pairs, traffic, selected, all }: LinkQuestion): FeatureCollection<LineString> {
  const at = new Map(places.map((place) => [place.metadata.name, place.spec.location]));
  const carried = trafficByPair(traffic);
  const load = (pair: Pair): number => carried.get(keyOf(pair.from, pair.to)) ?? 0;
  const known = pairs.filter(({ from, to }) => from < to && at.has(from) && at.has(to));
  const spine = [...backbone(known)].sort((a, b) => load(b) - load(a) || a.rttMs - b.rttMs).slice(0, LINKS_AT_WORLD_ZOOM);
  const ofSelected = known.filter((pair) => (pair.from === selected || pair.to === selected) && load(pair) > 0);
  const chosen = all ? known : [...new Set([...spine, ...ofSelected])];
  return collection(
    chosen.flatMap((pair): Feature<LineString>[] => {
      const [a, b] = [at.get(pair.from), at.get(pair.to)];
      if (!a || !b) return [];
      const share = Math.min(1, Math.log1p(load(pair)) / Math.log1p(TRAFFIC_FULL));
      const properties = {
        rtt: pair.rttMs,
        label: `${Math.round(pair.rttMs)} ms`,
        width: LINE_WIDTH_MIN + share * (LINE_WIDTH_MAX - LINE_WIDTH_MIN),
        sort: -load(pair),
        from: a.city ?? pair.from,
        to: b.city ?? pair.to,
        requestsPerSecond: load(pair),
      };
      return [{ type: "Feature", properties, geometry: { type: "LineString", coordinates: greatCircle(a, b) } }];
    }),
  );
}

/** Steps during which state crosses the link. */
const TRANSFERS: ReadonlySet<string> = new Set(["pre-copy", "final-delta"]);

/** A move's way in two parts, what is done and what is to come, and the head between them with its card. */
export function moveLines(
  places: readonly ShownPlace[],
  migrations: readonly MigrationDto[],
): FeatureCollection<LineString | Point> {
  const at = new Map(places.map((place) => [place.metadata.name, place.spec.location]));
  const cards = cardsOf(migrations, (name) => at.get(name)?.city ?? name);
  return collection(
    migrations.flatMap((migration): Feature<LineString | Point>[] => {
      const [a, b] = [at.get(migration.from), at.get(migration.to)];
      if (!a || !b) return [];
      const way = greatCircle(a, b);
      const ended = hasEnded(migration);
      const last = way.length - 1;
      const head = ended ? last : Math.round(progressShare(migration) * last);
      const properties = { id: migration.id, ended };
      const line = (part: string, coordinates: Position[]): Feature<LineString>[] =>
        coordinates.length < 2
          ? []
          : [{ type: "Feature", properties: { ...properties, part }, geometry: { type: "LineString", coordinates } }];
      const cardAt = way[ended ? Math.round(last / 2) : head] ?? [b.longitude, b.latitude];
      return [
        // Drawn by no layer: the way that dots travel while state is on it.
        ...(TRANSFERS.has(migration.step ?? "") && !ended ? line("way", way) : []),
        ...line("rest", way.slice(head)),
        ...line("done", way.slice(0, head + 1)),
        ...headOf(cards.get(migration.id), properties, cardAt),
      ];
    }),
  );
}

function headOf(label: string | undefined, properties: object, coordinates: Position): Feature<Point>[] {
  if (label === undefined) return [];
  return [{ type: "Feature", properties: { ...properties, part: "head", label }, geometry: { type: "Point", coordinates } }];
}

/** One card a move; those that wait stand at one point with those beside them, and share one. */
function cardsOf(migrations: readonly MigrationDto[], cityOf: (name: string) => string): ReadonlyMap<string, string> {
  const waits = ({ step, state }: MigrationDto): boolean => step === null && !hasEnded({ state });
  const waiting = Map.groupBy(migrations.filter(waits), ({ from, to }) => `${from}>${to}`);
  const single = migrations
    .filter((migration) => !waits(migration))
    .map((migration): [string, string] => [migration.id, cardOf(migration, cityOf(migration.to))]);
  const shared = [...waiting.values()].flatMap(([first, ...others]): [string, string][] => {
    if (!first) return [];
    return [[first.id, others.length === 0 ? cardOf(first, cityOf(first.to)) : `${others.length + 1} wait`]];
  });
  return new Map([...single, ...shared]);
}

function cardOf(migration: MigrationDto, target: string): string {
  const name = migration.component.split("/").at(-1) ?? migration.component;
  if (migration.state === "succeeded") {
    const since = migration.steps.find((step) => step.name === "resume")?.endedAt;
    return `${name} serves from ${target}${since ? ` since ${timeToSecond(since)}` : ""}`;
  }
  if (hasEnded(migration)) return `${name}: ${wordOf(migration.state).toLowerCase()}`;
  const step = migration.step === null ? "waits" : stepLabel(migration.step).toLowerCase();
  return `${name} ${Math.round(progressShare(migration) * 100)} %  ${step}`;
}

/** A way over the pole would take the whole height of a map: its ends matter more than its top. */
const NORTH_MAX = 70;

/** West-south and east-north corner around lines, with room for markers and their names; null of nothing. */
export function boundsOf(lines: FeatureCollection<LineString | Point>): [[number, number], [number, number]] | null {
  const points = lines.features.flatMap(({ geometry }) => (geometry.type === "Point" ? [] : geometry.coordinates));
  if (points.length === 0) return null;
  const [longitudes, latitudes] = [points.map(([longitude = 0]) => longitude), points.map(([, latitude = 0]) => latitude)];
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const room = Math.max(8, (east - west) * 0.18);
  return [
    [west - room, Math.max(-80, south - room * 0.6)],
    [east + room, Math.min(NORTH_MAX, north + room * 0.4)],
  ];
}
