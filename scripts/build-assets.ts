/** Makes what `public/` serves beside the pages: MapLibre's worker, and the base map from Natural Earth by way of world-atlas. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { geoArea, geoCentroid, geoEquirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import type { Feature, FeatureCollection, GeoJsonProperties, Geometry, MultiLineString, Position } from "geojson";
import { feature, merge, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { rolldown } from "rolldown";
import { parse as parseYaml } from "yaml";
import { MAP_LIBRARY } from "../next.config.ts";
import { signInPicture, tokensOf, type Spot } from "./sign-in-picture.ts";

/** Of the sphere, steradians: islands smaller than this have no room for their name. */
const COUNTRY_AREA_MIN = 0.0002;

const require = createRequire(import.meta.url);
const root = new URL("..", import.meta.url).pathname;
const maplibre = dirname(require.resolve("maplibre-gl/package.json"));
const worker = join(root, "public/maplibre");
mkdirSync(worker, { recursive: true });
for (const name of ["maplibre-gl-worker.mjs", "maplibre-gl-shared.mjs"]) {
  const file = join(maplibre, "dist", name);
  if (existsSync(file)) copyFileSync(file, join(worker, name));
}

/** The map alone, without what else its library offers: a bundler of pages takes a file of somebody else's as it is. */
await rolldown({
  input: "map",
  plugins: [
    {
      name: "map",
      resolveId: (id) => (id === "map" ? id : null),
      load: (id) => (id === "map" ? 'export { Map, setWorkerUrl } from "maplibre-gl";' : null),
    },
  ],
  cwd: root,
}).then((bundle) => bundle.write({ file: join(root, MAP_LIBRARY), format: "es", minify: true }));

type Atlas = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;
const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8")) as Atlas;
const { countries } = atlas.objects;

/** Degrees in, degrees out: the projection's clipping cuts what crosses 180°, so no band is drawn across the world. */
const toDegrees = geoEquirectangular()
  .scale(180 / Math.PI)
  .translate([0, 0])
  .reflectY(true)
  .precision(0);
const round = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(round) : typeof value === "number" ? Math.round(value * 100) / 100 : value;
const flat = <G extends Geometry>(geometry: G): G => round2(geoProject(geometry as never, toDegrees as never) as G);
const round2 = <G extends Geometry>(geometry: G): G => ({
  ...geometry,
  coordinates: round((geometry as unknown as { coordinates: unknown }).coordinates),
});

const land = flat(merge(atlas, countries.geometries as never) as unknown as Geometry);
const borders = flat(mesh(atlas, countries as never, (a, b) => a !== b) as unknown as Geometry);
/** The cut itself is no coast: segments that lie on ±180° are left out. */
const onCut = ([x]: Position): boolean => Math.abs(x ?? 0) >= 179.99;
const rings = (geometry: Geometry): Position[][] =>
  geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
const coast: MultiLineString = {
  type: "MultiLineString",
  coordinates: rings(land).flatMap((ring) => {
    const lines: Position[][] = [[]];
    ring.forEach((point, index) => {
      const before = ring[index - 1];
      if (before && onCut(before) && onCut(point)) lines.push([point]);
      else lines.at(-1)?.push(point);
    });
    return lines.filter((line) => line.length > 1);
  }),
};

const graticule: MultiLineString = {
  type: "MultiLineString",
  coordinates: [
    ...Array.from({ length: 13 }, (_, index) => [
      [-180 + index * 30, -80],
      [-180 + index * 30, 80],
    ]),
    ...Array.from({ length: 11 }, (_, index) => [
      [-180, -75 + index * 15],
      [180, -75 + index * 15],
    ]),
  ],
};

/** Where a country's name stands: in the middle of its largest part. */
const countryLabels = feature(atlas, countries).features.flatMap(({ geometry, properties }): Feature[] => {
  const parts =
    geometry.type === "MultiPolygon" ? geometry.coordinates : geometry.type === "Polygon" ? [geometry.coordinates] : [];
  const polygons = parts.map((coordinates) => ({ type: "Polygon" as const, coordinates }));
  const [largest] = polygons.sort((a, b) => geoArea(b) - geoArea(a));
  if (!largest || geoArea(largest) < COUNTRY_AREA_MIN) return [];
  const [longitude, latitude] = geoCentroid(largest);
  const coordinates = [Math.round(longitude * 100) / 100, Math.round(latitude * 100) / 100];
  const rank = -Math.round(geoArea(largest) * 1e5);
  return [
    { type: "Feature", properties: { layer: "country", name: properties.name, rank }, geometry: { type: "Point", coordinates } },
  ];
});

const one = (geometry: Geometry, properties: GeoJsonProperties): Feature => ({ type: "Feature", properties, geometry });
const world: FeatureCollection = {
  type: "FeatureCollection",
  features: [
    one(land, { layer: "land" }),
    one(borders, { layer: "border" }),
    one(coast, { layer: "coast" }),
    one(graticule, { layer: "graticule" }),
    ...countryLabels,
  ],
};
mkdirSync(join(root, "public/map"), { recursive: true });
writeFileSync(join(root, "public/map/world.json"), JSON.stringify(world));

const lab = join(root, "server/lab/worlds/three-continents");
const css = readFileSync(join(root, "app/styles/tokens.css"), "utf8");
const { spec } = parseYaml(readFileSync(join(lab, "world.yaml"), "utf8")) as {
  spec: { dataCenters: { metadata: { name: string }; spec: { location: { latitude: number; longitude: number } } }[] };
};
const places = spec.dataCenters.map(({ metadata, spec: { location } }): Spot => ({ name: metadata.name, ...location }));
const cities = parseCsv<Record<string, string>>(readFileSync(join(lab, "cities.csv"), "utf8"), { columns: true }).map((row) => ({
  name: row["name"] ?? "",
  latitude: Number(row["latitude"]),
  longitude: Number(row["longitude"]),
  country: row["country"] ?? "",
  population: Number(row["population"]),
}));
/** Names to choose from where somebody asks for a city. */
writeFileSync(
  join(root, "public/map/cities.json"),
  JSON.stringify(cities.map(({ name, country, latitude, longitude }) => [name, country, latitude, longitude])),
);
const coarse = JSON.parse(readFileSync(require.resolve("world-atlas/countries-110m.json"), "utf8")) as Atlas;
const coarseLand = merge(coarse, coarse.objects.countries.geometries as never) as unknown as Geometry;
for (const theme of ["dark", "light"] as const)
  writeFileSync(
    join(root, `public/map/sign-in-${theme}.svg`),
    signInPicture({ land: coarseLand, cities, places, token: tokensOf(css, theme) }),
  );
