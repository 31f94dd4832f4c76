import type { ExpressionSpecification, GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { LATENCY_LIMITS_MS } from "./latency-bins.ts";

/** The map's look from the same tokens as the rest (VISUAL, section 4). */
export type Token = (name: string) => string;

/** Drawn by the browser from the page's own fonts, so no glyph server is asked; the first name says the weight. */
const FONT = ["Geist Variable Medium", "Geist Variable", "sans-serif"];
const FONT_STRONG = ["Geist Variable Semi Bold", "Geist Variable", "sans-serif"];
const FONT_MONO = ["Geist Mono Variable", "monospace"];

/** Seven bins, the same on every screen; a cell without a latency takes the neutral colour. */
export function latencyColor(token: Token, property: string): ExpressionSpecification {
  const steps = LATENCY_LIMITS_MS.flatMap((limit, index) => [limit, token(`--lat-${index + 2}`)]);
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
      catchments: EMPTY,
      links: EMPTY,
      moves: EMPTY,
      plans: EMPTY,
      dots: EMPTY,
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

const dataLayers = (token: Token): LayerSpecification[] => [...usersAndLines(token), countryLabels(token), ...lineLabels(token), ...placeLayers(token)];

function usersAndLines(token: Token): LayerSpecification[] {
  const round = { "line-cap": "round" } as const;
  const casing = (width: number, opacity: number) => ({ "line-color": token("--map-ocean"), "line-width": width, "line-opacity": opacity });
  return [
    {
      id: "users", type: "fill", source: "users",
      paint: { "fill-color": latencyColor(token, "latency"), "fill-opacity": Number(token("--map-hex-o")), "fill-outline-color": token("--map-hex-stroke") },
    },
    ...catchmentLayers(token, { round, casing }),
    { id: "link-casing", type: "line", source: "links", layout: round, paint: casing(5, 0.55) },
    {
      id: "link", type: "line", source: "links", layout: round,
      paint: { "line-color": latencyColor(token, "rtt"), "line-width": widthByTraffic, "line-opacity": 0.85 },
    },
    ...planLayers(token, { round, casing }),
    ...moveLayers(token, { round, casing }),
  ];
}

/** Colours say where users are sent: six series, then neutral. */
function catchmentLayers(token: Token, { round, casing }: LineParts): LayerSpecification[] {
  const series = [1, 2, 3, 4, 5, 6].flatMap((index) => [index, token(`--s${index}`)]);
  const color = ["match", ["get", "series"], ...series, token("--neutral")] as unknown as ExpressionSpecification;
  const isWay = ["==", ["geometry-type"], "LineString"] as unknown as ExpressionSpecification;
  return [
    {
      id: "catchment", type: "fill", source: "catchments", filter: ["!", isWay] as never,
      paint: { "fill-color": color, "fill-opacity": Number(token("--map-hex-o")), "fill-outline-color": token("--map-hex-stroke") },
    },
    { id: "catchment-casing", type: "line", source: "catchments", filter: isWay as never, layout: round, paint: casing(5, 0.7) },
    { id: "catchment-way", type: "line", source: "catchments", filter: isWay as never, layout: round, paint: { "line-color": color, "line-width": ["get", "width"] as unknown as ExpressionSpecification } },
  ];
}

/** 1.2 to 3.2 px as prepared, × 1.4 at zoom 5. */
const widthByTraffic = ["interpolate", ["linear"], ["zoom"], 1, ["get", "width"], 5, ["*", 1.4, ["get", "width"]]] as unknown as ExpressionSpecification;
const part = (...names: string[]): ExpressionSpecification => ["in", ["get", "part"], ["literal", names]] as unknown as ExpressionSpecification;

const named = ["get", "named"] as unknown as ExpressionSpecification;

interface LineParts {
  readonly round: { readonly "line-cap": "round" };
  readonly casing: (width: number, opacity: number) => Record<string, unknown>;
}

/** Dashed: it does not exist yet. The chevron says which way. */
function planLayers(token: Token, { round, casing }: LineParts): LayerSpecification[] {
  const width = byZoom(0, 2, 5, 3);
  return [
    { id: "plan-casing", type: "line", source: "plans", layout: round, paint: casing(6, 0.9) },
    { id: "plan", type: "line", source: "plans", layout: round, paint: { "line-color": token("--plan"), "line-width": width, "line-dasharray": [1, 2.5] } },
    {
      id: "plan-chevron", type: "symbol", source: "plans", filter: named,
      layout: {
        "text-font": FONT_STRONG, "text-field": "\u276F", "text-size": 16, "symbol-placement": "line", "symbol-spacing": 120, "text-keep-upright": false,
        "text-allow-overlap": true, "text-ignore-placement": true,
      } as never,
      paint: { "text-color": token("--plan"), "text-halo-color": token("--map-ocean"), "text-halo-width": 1.5 },
    },
  ];
}

function moveLayers(token: Token, { round, casing }: LineParts): LayerSpecification[] {
  const color = ["case", ["get", "ended"], token("--text-2"), token("--live")] as unknown as ExpressionSpecification;
  const width = ["interpolate", ["linear"], ["zoom"], 0, ["case", ["get", "ended"], 2, 3], 5, ["case", ["get", "ended"], 3, 4.5]] as unknown as ExpressionSpecification;
  const line = (id: string, name: string, opacity: number): LayerSpecification => ({
    id, type: "line", source: "moves", filter: part(name), layout: round, paint: { "line-color": color, "line-width": width, "line-opacity": opacity },
  });
  return [
    { id: "move-casing", type: "line", source: "moves", filter: part("rest", "done"), layout: round, paint: casing(8, 1) },
    line("move-rest", "rest", 0.35),
    line("move", "done", 1),
    {
      id: "move-dots", type: "circle", source: "dots",
      paint: { "circle-radius": 2.3, "circle-color": token("--live-core") },
    },
    {
      id: "move-head", type: "circle", source: "moves", filter: ["all", part("head"), ["!", ["get", "ended"]]] as never,
      paint: { "circle-radius": 4.5, "circle-color": token("--live-core"), "circle-stroke-color": token("--live"), "circle-stroke-width": 3 },
    },
  ];
}

const framed = (image: string) => ({ "icon-image": image, "icon-text-fit": "both", "icon-text-fit-padding": [0, 0, 0, 0], "icon-rotation-alignment": "viewport" }) as const;

function lineLabels(token: Token): LayerSpecification[] {
  const pill = { "text-font": FONT, "symbol-placement": "line-center", "text-rotation-alignment": "viewport", "text-field": ["get", "label"], "symbol-sort-key": ["get", "sort"] } as const;
  return [
    {
      id: "link-label", type: "symbol", source: "links", minzoom: 1.2,
      layout: { ...pill, ...framed("pill"), "text-size": 11 } as never,
      paint: { "text-color": token("--text") },
    },
    {
      id: "plan-label", type: "symbol", source: "plans", filter: named,
      layout: { ...pill, ...framed("pill-plan"), "text-size": 11, "symbol-placement": "line-center", "text-max-width": 40 } as never,
      paint: { "text-color": token("--text") },
    },
  ];
}

function countryLabels(token: Token): LayerSpecification {
  return {
    id: "country-label", type: "symbol", source: "world", filter: only("country"), minzoom: 3,
    layout: { "text-font": FONT, "text-size": 11, "text-field": ["get", "name"], "symbol-sort-key": ["get", "rank"], "text-max-width": 8, "text-padding": 6 } as never,
    paint: { "text-color": token("--map-label-2"), "text-halo-color": token("--map-land"), "text-halo-width": 1.2 },
  };
}

function placeLayers(token: Token): LayerSpecification[] {
  const name = {
    "text-font": FONT_STRONG, "text-size": 12, "text-variable-anchor": ["top", "right", "left", "bottom"], "text-radial-offset": 1.65,
    "text-justify": "auto", "text-max-width": 24, "symbol-sort-key": ["get", "sort"], "text-optional": true,
  };
  const paint = { "text-color": token("--map-label"), "text-halo-color": token("--map-ocean"), "text-halo-width": 1.75 };
  return [
    {
      id: "dc", type: "symbol", source: "places",
      layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true, "symbol-sort-key": ["get", "sort"] },
    },
    { id: "dc-label", type: "symbol", source: "places", maxzoom: 3, layout: { ...name, "text-field": ["get", "city"] } as never, paint },
    {
      id: "dc-label-id", type: "symbol", source: "places", minzoom: 3,
      layout: {
        ...name,
        "text-field": ["format", ["get", "city"], {}, "\n", {}, ["get", "name"], { "font-scale": 0.92, "text-font": ["literal", FONT_MONO], "text-color": token("--map-label-2") }],
      } as never,
      paint,
    },
    // Above everything: what moves now is what a person looks for.
    {
      id: "move-label", type: "symbol", source: "moves", filter: part("head"),
      layout: {
        "text-font": FONT, "text-field": ["get", "label"], ...framed("pill-live"), "text-size": 12, "text-anchor": "bottom", "text-offset": [0, -1.4],
        "text-allow-overlap": true, "icon-allow-overlap": true, "text-max-width": 40,
      } as never,
      paint: { "text-color": token("--text") },
    },
  ];
}

/** Which of the style's layers each switch turns. */
export const LAYER_GROUPS = {
  users: ["users"],
  places: ["dc", "dc-label", "dc-label-id"],
  links: ["link-casing", "link", "link-label"],
  plans: ["plan-casing", "plan", "plan-chevron", "plan-label"],
  moves: ["move-casing", "move-rest", "move", "move-dots", "move-head", "move-label"],
  night: ["night"],
} as const;
export type LayerGroup = keyof typeof LAYER_GROUPS;
export const LAYER_NAMES: Readonly<Record<LayerGroup, string>> = {
  users: "Users",
  places: "Placements",
  links: "Links",
  plans: "Plans",
  moves: "Migrations",
  night: "Night",
};
