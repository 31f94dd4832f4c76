import type { Feature, FeatureCollection, LineString, Point, Polygon, Position } from "geojson";
import type { DataCenterDto, DensityDto, MigrationDto } from "../../server/api/shapes/index.ts";

/** Everything that the map draws, decided here; the map only draws it. Longitudes may leave ±180 so that no line jumps. */

export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly rttMs: number;
}

const collection = <G extends Point | LineString | Polygon>(features: Feature<G>[]): FeatureCollection<G> => ({
  type: "FeatureCollection",
  features,
});
const rad = (degrees: number): number => (degrees * Math.PI) / 180;
const deg = (radians: number): number => (radians * 180) / Math.PI;

/** Average edge of an H3 cell by resolution, km (h3geo.org, table of cell statistics). */
const EDGE_KM = [1281, 483, 182, 69, 26];
const KM_PER_DEGREE = 111.2;
/** Requests of the busiest cell fill the hexagon, others by steps: size is load, colour is latency. */
const SIZE_STEPS = [0.42, 0.62, 0.8, 0.96];

export function userHexes(density: DensityDto): FeatureCollection<Polygon> {
  const max = Math.max(1, ...density.cells.map((cell) => cell.requests));
  const edge = (EDGE_KM[density.resolution] ?? 69) / KM_PER_DEGREE;
  return collection(
    density.cells.map((cell) => {
      const share = Math.log1p(cell.requests) / Math.log1p(max);
      const size = edge * (SIZE_STEPS[Math.min(3, Math.floor(share * 4))] ?? 0.96);
      return {
        type: "Feature",
        properties: { latency: cell.latencyMs.p95 ?? -1, requests: cell.requests, country: cell.country ?? "" },
        geometry: { type: "Polygon", coordinates: [hexagon(cell.longitude, cell.latitude, size)] },
      };
    }),
  );
}

/** Regular on the screen: Mercator stretches both directions by the same at one latitude. */
function hexagon(longitude: number, latitude: number, radius: number): Position[] {
  const squeeze = Math.cos(rad(latitude));
  const wide = radius / Math.max(0.2, squeeze);
  return Array.from({ length: 7 }, (_, index) => {
    const angle = rad(60 * index + 30);
    return [longitude + wide * Math.cos(angle), latitude + wide * squeeze * Math.sin(angle)];
  });
}

export interface LonLat {
  readonly longitude: number;
  readonly latitude: number;
}

/** A great circle in 48 pieces, its longitudes unwrapped. */
export function greatCircle(a: LonLat, b: LonLat): Position[] {
  const [lat1, lon1, lat2, lon2] = [rad(a.latitude), rad(a.longitude), rad(b.latitude), rad(b.longitude)];
  const angle =
    2 *
    Math.asin(Math.sqrt(Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2));
  if (angle === 0) return [[a.longitude, a.latitude]];
  let before = a.longitude;
  return Array.from({ length: 49 }, (_, index) => {
    const f = index / 48;
    const [p, q] = [Math.sin((1 - f) * angle) / Math.sin(angle), Math.sin(f * angle) / Math.sin(angle)];
    const x = p * Math.cos(lat1) * Math.cos(lon1) + q * Math.cos(lat2) * Math.cos(lon2);
    const y = p * Math.cos(lat1) * Math.sin(lon1) + q * Math.cos(lat2) * Math.sin(lon2);
    const z = p * Math.sin(lat1) + q * Math.sin(lat2);
    let longitude = deg(Math.atan2(y, x));
    while (longitude - before > 180) longitude -= 360;
    while (longitude - before < -180) longitude += 360;
    before = longitude;
    return [longitude, deg(Math.atan2(z, Math.hypot(x, y)))];
  });
}

const LINKS_AT_WORLD_ZOOM = 12;

/** Links that carry something: between places that run components, nearest first, few enough to be read. */
export function linkLines(places: readonly DataCenterDto[], pairs: readonly Pair[]): FeatureCollection<LineString> {
  const at = new Map(places.map((place) => [place.metadata.name, place]));
  const used = (name: string): boolean => (at.get(name)?.status.instances ?? 0) > 0;
  const chosen = pairs
    .filter((pair) => pair.from < pair.to && (used(pair.from) || used(pair.to)))
    .sort((a, b) => Number(used(b.from) && used(b.to)) - Number(used(a.from) && used(a.to)) || a.rttMs - b.rttMs)
    .slice(0, LINKS_AT_WORLD_ZOOM);
  return collection(
    chosen.flatMap((pair): Feature<LineString>[] => {
      const [a, b] = [at.get(pair.from)?.spec.location, at.get(pair.to)?.spec.location];
      return a && b
        ? [
            {
              type: "Feature",
              properties: { rtt: pair.rttMs, label: `${Math.round(pair.rttMs)} ms` },
              geometry: { type: "LineString", coordinates: greatCircle(a, b) },
            },
          ]
        : [];
    }),
  );
}

export function moveLines(places: readonly DataCenterDto[], migrations: readonly MigrationDto[]): FeatureCollection<LineString> {
  const at = new Map(places.map((place) => [place.metadata.name, place.spec.location]));
  return collection(
    migrations.flatMap((migration): Feature<LineString>[] => {
      const [a, b] = [at.get(migration.from), at.get(migration.to)];
      const label = `${migration.component.split("/")[1] ?? ""} ${migration.step ?? migration.state}`;
      return a && b
        ? [
            {
              type: "Feature",
              properties: { id: migration.id, label },
              geometry: { type: "LineString", coordinates: greatCircle(a, b) },
            },
          ]
        : [];
    }),
  );
}

/** West-south and east-north corner around lines, with room for markers and their names; null of nothing. */
export function boundsOf(lines: FeatureCollection<LineString>): [[number, number], [number, number]] | null {
  const points = lines.features.flatMap(({ geometry }) => geometry.coordinates);
  if (points.length === 0) return null;
  const [longitudes, latitudes] = [points.map(([longitude = 0]) => longitude), points.map(([, latitude = 0]) => latitude)];
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const room = Math.max(8, (east - west) * 0.18);
  return [
    [west - room, Math.max(-80, south - room * 0.6)],
    [east + room, Math.min(80, north + room * 0.4)],
  ];
}

export function placePoints(places: readonly DataCenterDto[], selected: string | null): FeatureCollection<Point> {
  return collection(
    places.map((place) => {
      const { metadata, spec, status } = place;
      const total = status.used.cpuMillicores + status.free.cpuMillicores;
      const share = total > 0 ? status.used.cpuMillicores / total : 0;
      const ring = Math.round(Math.min(1, share) * 16);
      const chosen = metadata.name === selected;
      return {
        type: "Feature",
        properties: {
          name: metadata.name,
          city: spec.location.city ?? metadata.name,
          icon: `dc|${status.instances}|${ring}|${status.state}|${chosen ? 1 : 0}`,
          sort: chosen ? 0 : status.instances > 0 ? 1 : 2,
        },
        geometry: { type: "Point", coordinates: [spec.location.longitude, spec.location.latitude] },
      };
    }),
  );
}

/** The dark side of the earth: circles around the point opposite the sun, 90° to 75° wide, so that dusk is soft. */
export function nightRings(now: Date): FeatureCollection<Polygon> {
  const day = (now.getTime() - Date.UTC(now.getUTCFullYear(), 0, 0)) / 86_400_000;
  const declination = -23.44 * Math.cos(rad((360 / 365) * (day + 10)));
  const hours = now.getUTCHours() + now.getUTCMinutes() / 60;
  const centre = { latitude: -declination, longitude: -15 * (hours - 12) + 180 };
  return collection(
    [90, 87, 84, 81, 78, 75].map((radius) => ({
      type: "Feature" as const,
      properties: {},
      geometry: { type: "Polygon" as const, coordinates: [circle(centre, radius)] },
    })),
  );
}

/** A circle on the sphere as a band from one pole where it holds one, so that Mercator fills the right side. */
function circle(centre: LonLat, radius: number): Position[] {
  const points: Position[] = [];
  const [lat0, r] = [rad(centre.latitude), rad(radius)];
  for (let longitude = -180; longitude <= 180; longitude += 4) {
    const d = rad(longitude - centre.longitude);
    // Latitude at which this meridian leaves the circle, on the side away from the pole that lies inside it.
    const a = Math.cos(lat0) * Math.cos(d);
    const b = Math.sin(lat0);
    const c = Math.cos(r);
    const amplitude = Math.hypot(a, b);
    if (amplitude < Math.abs(c)) {
      points.push([longitude, centre.latitude < 0 ? -85 : 85]);
      continue;
    }
    const phase = Math.atan2(a, b);
    const first = Math.asin(c / amplitude) - phase;
    const second = Math.PI - Math.asin(c / amplitude) - phase;
    const options = [first, second]
      .map((value) => deg(Math.atan2(Math.sin(value), Math.cos(value))))
      .filter((value) => Math.abs(value) <= 90);
    const edge = centre.latitude < 0 ? Math.max(...options) : Math.min(...options);
    points.push([longitude, Math.max(-85, Math.min(85, Number.isFinite(edge) ? edge : 0))]);
  }
  const pole = centre.latitude < 0 ? -85 : 85;
  return [[-180, pole], ...points, [180, pole], [-180, pole]];
}
