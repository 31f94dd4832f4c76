import type { ExpressionSpecification, GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

/** The map's look from the same tokens as the rest (VISUAL, section 4). */
export type Token = (name: string) => string;

const LATENCY_LIMITS = [20, 40, 60, 100, 150, 250];
const FONT = ["sans-serif"];

/** Seven bins, the same on every screen; a cell without a latency takes the neutral colour. */
export function latencyColor(token: Token, property: string): ExpressionSpecification {
  const steps = LATENCY_LIMITS.flatMap((limit, index) => [limit, token(`--lat-${index + 2}`)]);
  return ["step", ["get", property], token("--neutral"), 0, token("--lat-1"), ...steps] as unknown as ExpressionSpecification;
}

const byZoom = (...stops: number[]): ExpressionSpecification =>
  ["interpolate", ["linear"], ["zoom"], ...stops] as unknown as ExpressionSpecification;
const only = (layer: string): ExpressionSpecification => ["==", ["get", "layer"], layer] as unknown as ExpressionSpecification;
const EMPTY: GeoJSONSourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };

export function mapStyle(token: Token): StyleSpecification {
  return {
    version: 8,
    sources: {
      world: { type: "geojson", data: "/map/world.json" },
      night: EMPTY,
      users: EMPTY,
      links: EMPTY,
      moves: EMPTY,
      places: EMPTY,
    },
    layers: [...baseLayers(token), ...dataLayers(token)],
  };
}

const baseLayers = (token: Token): LayerSpecification[] => [...waterAndLand(token), ...linesOfTheWorld(token)];

function waterAndLand(token: Token): LayerSpecification[] {
  return [
    { id: "ocean", type: "background", paint: { "background-color": token("--map-ocean") } },
    {
      id: "graticule", type: "line", source: "world", filter: only("graticule"), maxzoom: 4,
      paint: { "line-color": token("--map-grat"), "line-width": 1 },
    },
    {
      id: "coast-halo", type: "line", source: "world", filter: only("coast"), layout: { "line-join": "round" },
      paint: { "line-color": token("--map-halo"), "line-width": byZoom(0, 5, 2, 7, 5, 12), "line-blur": 2 },
    },
    { id: "land", type: "fill", source: "world", filter: only("land"), paint: { "fill-color": token("--map-land"), "fill-antialias": false } },
  ];
}

function linesOfTheWorld(token: Token): LayerSpecification[] {
  return [
    {
      id: "border", type: "line", source: "world", filter: only("border"), layout: { "line-join": "round" },
      paint: { "line-color": token("--map-border"), "line-width": byZoom(1, 0.6, 4, 1, 7, 1.4) },
    },
    {
      id: "coast", type: "line", source: "world", filter: only("coast"), layout: { "line-join": "round" },
      paint: { "line-color": token("--map-coast"), "line-width": byZoom(1, 0.7, 4, 1, 7, 1.5) },
    },
    {
      id: "night", type: "fill", source: "night",
      paint: { "fill-color": token("--map-night"), "fill-opacity": Number(token("--map-night-o")) / 4.4, "fill-antialias": false },
    },
  ];
}

const dataLayers = (token: Token): LayerSpecification[] => [...usersAndLines(token), ...lineLabels(token), ...placeLayers(token)];

function usersAndLines(token: Token): LayerSpecification[] {
  const round = { "line-cap": "round" } as const;
  const casing = (width: number, opacity: number) => ({ "line-color": token("--map-ocean"), "line-width": width, "line-opacity": opacity });
  return [
    {
      id: "users", type: "fill", source: "users",
      paint: { "fill-color": latencyColor(token, "latency"), "fill-opacity": Number(token("--map-hex-o")), "fill-outline-color": token("--map-hex-stroke") },
    },
    { id: "link-casing", type: "line", source: "links", layout: round, paint: casing(5, 0.55) },
    {
      id: "link", type: "line", source: "links", layout: round,
      paint: { "line-color": latencyColor(token, "rtt"), "line-width": byZoom(1, 1.4, 5, 2.4), "line-opacity": 0.85 },
    },
    { id: "move-casing", type: "line", source: "moves", layout: round, paint: casing(8, 1) },
    { id: "move", type: "line", source: "moves", layout: round, paint: { "line-color": token("--live"), "line-width": byZoom(0, 3, 5, 4.5) } },
  ];
}

const framed = (image: string) => ({ "icon-image": image, "icon-text-fit": "both", "icon-text-fit-padding": [1, 7, 1, 7], "icon-rotation-alignment": "viewport" }) as const;

function lineLabels(token: Token): LayerSpecification[] {
  const pill = { "text-font": FONT, "symbol-placement": "line-center", "text-rotation-alignment": "viewport", "text-field": ["get", "label"] } as const;
  return [
    {
      id: "link-label", type: "symbol", source: "links", minzoom: 1.2,
      layout: { ...pill, ...framed("pill"), "text-size": 11 } as never,
      paint: { "text-color": token("--text") },
    },
    {
      id: "move-label", type: "symbol", source: "moves",
      layout: { ...pill, ...framed("pill-live"), "text-size": 12, "text-allow-overlap": true, "icon-allow-overlap": true } as never,
      paint: { "text-color": token("--text") },
    },
  ];
}

function placeLayers(token: Token): LayerSpecification[] {
  return [
    {
      id: "dc", type: "symbol", source: "places",
      layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true, "symbol-sort-key": ["get", "sort"] },
    },
    {
      id: "dc-label", type: "symbol", source: "places",
      layout: {
        "text-font": FONT, "text-size": 12, "text-field": ["get", "city"], "text-variable-anchor": ["right", "left", "bottom", "top"],
        "text-radial-offset": 1.7, "symbol-sort-key": ["get", "sort"], "text-optional": true,
      },
      paint: { "text-color": token("--map-label"), "text-halo-color": token("--map-ocean"), "text-halo-width": 1.75 },
    },
  ];
}

/** Which of the style's layers each switch turns. */
export const LAYER_GROUPS = {
  users: ["users"],
  places: ["dc", "dc-label"],
  links: ["link-casing", "link", "link-label"],
  moves: ["move-casing", "move", "move-label"],
  night: ["night"],
} as const;
export type LayerGroup = keyof typeof LAYER_GROUPS;
export const LAYER_NAMES: Readonly<Record<LayerGroup, string>> = {
  users: "Users",
  places: "Placements",
  links: "Links",
  moves: "Migrations",
  night: "Night",
};
