import type { FeatureCollection, Point, Polygon, Position } from "geojson";
import type { DensityDto } from "../../server/api/shapes/index.ts";
import type { ShownPlace } from "../time/as-of.ts";
import { collection, deg, rad, type LonLat } from "./geo.ts";

/** Areas and points that the map draws, decided here; the map only draws them. Lines are in `prepare-lines.ts`. */

/** Average edge of an H3 cell by resolution, km (h3geo.org, table of cell statistics). */
const EDGE_KM = [1281, 483, 182, 69, 26];
const KM_PER_DEGREE = 111.2;
/** H3 resolution at which cells are as large as is pleasant to look at. */
export const resolutionAt = (zoom: number): number => (zoom < 2.5 ? 2 : zoom < 4.5 ? 3 : 4);

/** Requests of the busiest cell fill the hexagon, others by steps: size is load, colour is latency. */
const SIZE_STEPS = [0.42, 0.62, 0.8, 0.96];

/** Before the first answer has come. */
export const NO_DENSITY: DensityDto = { cells: [], countries: [], from: "", to: "", resolution: 2, unplaced: { requests: 0 } };

export function userHexes(density: DensityDto): FeatureCollection<Polygon> {
  const max = Math.max(1, ...density.cells.map((cell) => cell.requests));
  const edge = (EDGE_KM[density.resolution] ?? 69) / KM_PER_DEGREE;
  return collection(
    density.cells.map((cell) => {
      const share = Math.log1p(cell.requests) / Math.log1p(max);
      const size = edge * (SIZE_STEPS[Math.min(3, Math.floor(share * 4))] ?? 0.96);
      return {
        type: "Feature",
        properties: {
          latency: cell.latencyMs.p95 ?? -1,
          latencyP50: cell.latencyMs.p50 ?? -1,
          requests: cell.requests,
          country: cell.country ?? "",
        },
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

const NO_CHANGE: ReadonlyMap<string, number> = new Map();

/** With a draft's `change` a marker counts what would be there, and wears how much that is more or less. */
export function placePoints(
  places: readonly ShownPlace[],
  selected: string | null,
  change: ReadonlyMap<string, number> = NO_CHANGE,
): FeatureCollection<Point> {
  return collection(
    places.map((place) => {
      const { metadata, spec, status } = place;
      const total = status.used.cpuMillicores + status.free.cpuMillicores;
      const share = total > 0 ? status.used.cpuMillicores / total : 0;
      const ring = Math.round(Math.min(1, share) * 16);
      const chosen = metadata.name === selected;
      const drafted = change.get(metadata.name) ?? 0;
      const count = Math.max(0, status.instances + drafted);
      return {
        type: "Feature",
        properties: {
          name: metadata.name,
          city: spec.location.city ?? metadata.name,
          icon: `dc|${count}|${ring}|${status.state}|${chosen ? 1 : 0}${drafted === 0 ? "" : `|${drafted}`}`,
          state: status.state,
          instances: status.instances,
          cpuShare: share,
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
