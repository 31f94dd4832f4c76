import type { FeatureCollection, Point, Position } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import { collection } from "./geo.ts";

const DOTS = 7;
const PASS_MS = 3_000;
/** At most 30 Hz, outside React: a transfer is the only thing on the map that moves by itself. */
const FRAME_MS = 66;

/** Dots on each way, evenly spaced, at this moment of their travel from the source to the target. */
export function dotsAt(ways: readonly (readonly Position[])[], ms: number): FeatureCollection<Point> {
  const phase = (ms % PASS_MS) / PASS_MS;
  return collection(
    ways.flatMap((way) =>
      Array.from({ length: DOTS }, (_, index) => {
        const at = ((index + phase) / DOTS) * (way.length - 1);
        const [from, to] = [way[Math.floor(at)], way[Math.min(way.length - 1, Math.floor(at) + 1)]];
        const share = at - Math.floor(at);
        const between = (axis: 0 | 1): number => (from?.[axis] ?? 0) + ((to?.[axis] ?? 0) - (from?.[axis] ?? 0)) * share;
        return {
          type: "Feature" as const,
          properties: {},
          geometry: { type: "Point" as const, coordinates: [between(0), between(1)] },
        };
      }),
    ),
  );
}

/** Lets dots travel while there is a way to travel, and answers how to stop them. Still under reduced motion. */
export function animateDots(map: MapLibreMap, moves: FeatureCollection): () => void {
  const ways = moves.features.flatMap(({ geometry, properties }) =>
    geometry.type === "LineString" && properties?.["part"] === "way" ? [geometry.coordinates] : [],
  );
  const draw = (): void => void map.getSource<GeoJSONSource>("dots")?.setData(dotsAt(ways, performance.now()));
  draw();
  if (ways.length === 0 || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return () => undefined;
  const timer = setInterval(draw, FRAME_MS);
  return () => clearInterval(timer);
}
