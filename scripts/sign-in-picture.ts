/**
 * Draws the picture behind the sign-in form, once for each theme: the lab's cities and data centres on the base map. It is a
 * picture and no more: before a person has signed in, nothing that lives is shown.
 */
import { geoMercator, geoPath } from "d3-geo";
import type { Feature, Geometry, Point } from "geojson";
import { backbone } from "../components/world-map/backbone.ts";
import { greatCircle, hexagonPoints } from "../components/world-map/geo.ts";
import { distanceKm, estimateRoundTripMs } from "../server/connectivity-management/domain/estimate-round-trip.ts";

export interface Spot {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface PictureParts {
  readonly land: Geometry;
  readonly cities: readonly (Spot & { readonly population: number })[];
  readonly places: readonly Spot[];
  /** A token's value in this theme. */
  readonly token: (name: string) => string;
}

const WIDTH = 1440;
const HEIGHT = 900;
const HEX_MIN = 2.2;
const HEX_MAX = 7;
/** Where a city's colour changes with its distance from the nearest place, km. */
const DISTANCES_KM = [400, 1_000, 2_000, 3_500, 5_500];

export function signInPicture({ land, cities, places, token }: PictureParts): string {
  const projection = geoMercator()
    .center([28, 24])
    .scale(252)
    .translate([WIDTH * 0.56, HEIGHT * 0.52]);
  const path = geoPath(projection).digits(1);
  const draw = (geometry: Geometry): string => path({ type: "Feature", properties: {}, geometry } satisfies Feature) ?? "";
  const at = ({ longitude, latitude }: Spot): [number, number] => projection([longitude, latitude]) ?? [0, 0];
  const arcs = linksBetween(places).map((line) => `<path d="${draw({ type: "LineString", coordinates: line })}"/>`);
  const hexes = cities.map((city) => {
    const [x, y] = at(city);
    const size = HEX_MIN + (HEX_MAX - HEX_MIN) * Math.min(1, Math.max(0, Math.log10(city.population / 300_000) / 1.7));
    const km = Math.min(...places.map((place) => distanceKm(place, city)));
    const bin = 2 + DISTANCES_KM.filter((limit) => km > limit).length;
    return `<polygon points="${hexagonPoints(size, x, y)}" fill="${token(`--lat-${Math.min(7, bin)}`)}"/>`;
  });
  const dots = places.map((place) => {
    const [x, y] = at(place);
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4.5"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="xMidYMid slice">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${token("--map-ocean")}"/>`,
    `<defs><path id="land" d="${draw(land)}" stroke-linejoin="round"/></defs>`,
    `<use href="#land" fill="none" stroke="${token("--map-halo")}" stroke-width="6"/>`,
    `<use href="#land" fill="${token("--map-land")}" stroke="${token("--map-coast")}" stroke-width=".7"/>`,
    `<g opacity="${token("--map-hex-o")}">${hexes.join("")}</g>`,
    `<g fill="none" stroke="${token("--text-2")}" stroke-width="1.3" stroke-linecap="round" opacity=".85">${arcs.join("")}</g>`,
    `<g fill="${token("--text")}" stroke="${token("--map-ocean")}" stroke-width="4" paint-order="stroke">${dots.join("")}</g>`,
    "</svg>",
  ].join("\n");
}

function linksBetween(places: readonly Spot[]): Point["coordinates"][][] {
  const byName = new Map(places.map((place) => [place.name, place]));
  const pairs = places.flatMap((a) =>
    places.filter((b) => a.name < b.name).map((b) => ({ from: a.name, to: b.name, rttMs: estimateRoundTripMs(a, b) })),
  );
  return backbone(pairs).flatMap(({ from, to }) => {
    const [a, b] = [byName.get(from), byName.get(to)];
    const line = a && b ? greatCircle(a, b) : [];
    // One that leaves the picture on one side would come in on the other.
    return line.length > 1 && line.every(([longitude = 0]) => Math.abs(longitude) <= 180) ? [line] : [];
  });
}

/** Reads a theme's tokens from the console's style sheet, so that there is one place where they stand. */
export function tokensOf(css: string, theme: "dark" | "light"): (name: string) => string {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  const dark = theme === "light" ? tokensOf(css, "dark") : () => "";
  return (name) => new RegExp(`${name}: ([^;]+);`).exec(block)?.[1] ?? dark(name);
}
