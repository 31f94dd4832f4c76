import type { Feature, FeatureCollection, Geometry, Position } from "geojson";

export interface LonLat {
  readonly longitude: number;
  readonly latitude: number;
}

export const collection = <G extends Geometry>(features: Feature<G>[]): FeatureCollection<G> => ({
  type: "FeatureCollection",
  features,
});
export const rad = (degrees: number): number => (degrees * Math.PI) / 180;
export const deg = (radians: number): number => (radians * 180) / Math.PI;

/** The corners of a hexagon that stands on one of them, as an SVG polygon takes them. */
export function hexagonPoints(radius: number, x = 0, y = 0): string {
  return Array.from({ length: 6 }, (_, index) => {
    const angle = rad(60 * index + 30);
    return `${(x + radius * Math.cos(angle)).toFixed(1)},${(y + radius * Math.sin(angle)).toFixed(1)}`;
  }).join(" ");
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
