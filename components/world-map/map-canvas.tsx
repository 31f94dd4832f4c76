"use client";

import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import { useEffect, useRef, useState } from "react";
import { IconFocusCentered, IconMinus, IconPlus } from "@tabler/icons-react";
import { HoverCard } from "./hover-card.tsx";
import { animateDots } from "./move-dots.ts";
import { markerImage, MARKER_PIXEL_RATIO, PILL_STRETCH, pillImage } from "./marker-image.ts";
import { LAYER_GROUPS, mapStyle, type LayerGroup, type Token } from "./style.ts";
import { whileDrawing } from "./while-drawing.ts";

export interface MapData {
  readonly night: FeatureCollection;
  readonly users: FeatureCollection;
  readonly links: FeatureCollection;
  readonly moves: FeatureCollection;
  readonly plans: FeatureCollection;
  readonly places: FeatureCollection;
  /** Cells of users and ways of entries, coloured by where they are sent. */
  readonly catchments?: FeatureCollection;
}

export interface MapView {
  readonly longitude: number;
  readonly latitude: number;
  readonly zoom: number;
}

/** Told with what moves the map, since a fit to a new size is nobody's wish. */
type ViewChange = "person" | "reset";

export interface MapCanvasProps {
  readonly data: MapData;
  readonly shown: ReadonlySet<LayerGroup>;
  /** The places are known, be they none. */
  readonly loaded: boolean;
  readonly label: string;
  readonly bounds?: [[number, number], [number, number]];
  /** Where to begin instead, as somebody's address says. */
  readonly view?: MapView | null;
  /** Buttons to zoom, for those who have no wheel. */
  readonly controls?: true;
  /** A small map of far places has to show more of the world than a large one. */
  readonly minZoom?: number;
  readonly onSelectPlace: (name: string | null) => void;
  /** After each change of the view; `kept` is what an address should remember: null for the whole world, undefined where nobody moved it. */
  readonly onView?: (zoom: number, kept: MapView | null | undefined) => void;
  readonly onOpenMove: (id: string) => void;
  /** The time between each two frames of the page while new data are drawn, ms. */
  readonly onFrame?: (gapMs: number) => void;
  readonly onOpenPlan?: (id: string) => void;
  /** This browser draws no WebGL: the table takes over. */
  readonly onNoWebGl: () => void;
}

/** Asked for as soon as this file is there, not when the page has been drawn: it is the largest part of the way to a map. */
const library = typeof window === "undefined" ? null : import("maplibre-gl");
const CHECK_EVERY_MS = 120;
/** Without any fade every label would be placed anew at each frame of a drag: that is most of what a full map's frame takes. */
const LABEL_FADE_MS = 100;
const token: Token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const WORLD: [[number, number], [number, number]] = [
  [-135, -48],
  [165, 66],
];

/** The map itself: made once, fed by `setData`, looked at by nothing else. `data-map-ready` tells when features are really drawn. */
export function MapCanvas(props: MapCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  const drawn = useRef<MapData | null>(null);
  const [map, setMap] = useState<MapLibreMap | null>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    let gone = false;
    let made: MapLibreMap | null = null;
    void makeMap(
      box.current,
      latest,
      (loaded) => {
        made = loaded;
        if (gone) loaded.remove();
        else setMap(loaded);
      },
      () => setReady(true),
    );
    const onTheme = (): void => made?.setStyle(mapStyle(token), { diff: false }) as unknown as void;
    window.addEventListener("geostitch-theme", onTheme);
    return () => {
      gone = true;
      window.removeEventListener("geostitch-theme", onTheme);
      made?.remove();
    };
  }, []);
  const { data, shown } = props;
  useEffect(() => {
    if (!map) return undefined;
    const apply = (isNewStyle: boolean): void => {
      applyData(map, data, isNewStyle ? null : drawn.current);
      showLayers(map, shown);
      drawn.current = data;
    };
    const applyAll = (): void => apply(true);
    if (map.getSource("places")) apply(false);
    map.on("style.load", applyAll);
    return () => void map.off("style.load", applyAll);
  }, [map, data, shown]);
  useEffect(() => {
    const { onFrame } = latest.current;
    if (!map || !onFrame) return undefined;
    return whileDrawing(map, onFrame);
  }, [map, data]);
  const { moves } = data;
  useEffect(() => (map ? animateDots(map, moves) : undefined), [map, moves]);
  return (
    <>
      <div
        ref={box}
        role="region"
        aria-label={props.label}
        data-map-ready={ready ? "true" : "false"}
        style={{ position: "absolute", inset: 0 }}
      />
      {map ? <HoverCard map={map} /> : null}
      {map && props.controls === true ? <Controls map={map} bounds={props.bounds ?? WORLD} /> : null}
    </>
  );
}

function Controls({ map, bounds }: { map: MapLibreMap; bounds: [[number, number], [number, number]] }) {
  return (
    <div className="panel float mapcontrols" role="group" aria-label="Zoom">
      <button
        type="button"
        className="ctl ghost icon"
        aria-label="Zoom in"
        onClick={() => map.zoomIn({}, { by: "person" satisfies ViewChange })}
      >
        <IconPlus size={15} stroke={1.8} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="ctl ghost icon"
        aria-label="Zoom out"
        onClick={() => map.zoomOut({}, { by: "person" satisfies ViewChange })}
      >
        <IconMinus size={15} stroke={1.8} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="ctl ghost icon"
        aria-label="Whole world"
        onClick={() => map.fitBounds(bounds, { padding: 16, duration: 240 }, { by: "reset" satisfies ViewChange })}
      >
        <IconFocusCentered size={15} stroke={1.8} aria-hidden="true" />
      </button>
    </div>
  );
}

async function makeMap(
  box: HTMLDivElement | null,
  latest: React.RefObject<MapCanvasProps>,
  onMap: (map: MapLibreMap) => void,
  onReady: () => void,
): Promise<void> {
  if (!box) return;
  const maplibre = await (library ?? import("maplibre-gl"));
  performance.mark("map:library");
  maplibre.setWorkerUrl("/maplibre/maplibre-gl-worker.mjs");
  let map: MapLibreMap;
  try {
    map = new maplibre.Map({
      container: box,
      style: mapStyle(token),
      ...beginning(latest.current),
      minZoom: latest.current.minZoom ?? 0.6,
      maxZoom: 8,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: false,
      fadeDuration: LABEL_FADE_MS,
    });
  } catch {
    latest.current.onNoWebGl();
    return;
  }
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", "Map; arrow keys move it, plus and minus zoom");
  let moved = Boolean(latest.current.view);
  map.on("moveend", (event: { by?: ViewChange; originalEvent?: unknown }) => {
    const { lng, lat } = map.getCenter();
    const zoom = map.getZoom();
    const byPerson = event.by === "person" || event.originalEvent !== undefined;
    const kept = event.by === "reset" ? null : byPerson ? { longitude: lng, latitude: lat, zoom } : undefined;
    if (kept !== undefined) moved = kept !== null;
    latest.current.onView?.(zoom, kept);
  });
  map.on("resize", () => {
    if (!moved) map.fitBounds(latest.current.bounds ?? WORLD, { padding: 16, animate: false });
  });
  map.on("click", (event) => {
    const found = map.queryRenderedFeatures(event.point, {
      layers: ["dc", "move", "move-rest", "move-head", "move-label", "plan", "plan-label"].filter((layer) => map.getLayer(layer)),
    });
    const plan = found.find((feature) => feature.layer.id.startsWith("plan"));
    const move = found.find((feature) => feature.layer.id.startsWith("move"));
    const place = found.find((feature) => feature.layer.id === "dc");
    if (place) latest.current.onSelectPlace(String(place.properties["name"]));
    else if (move) latest.current.onOpenMove(String(move.properties["id"]));
    else if (plan) latest.current.onOpenPlan?.(String(plan.properties["id"]));
    else latest.current.onSelectPlace(null);
  });
  map.once("style.load", () => performance.mark("map:style"));
  map.once("render", () => performance.mark("map:first-frame"));
  let checkedMs = 0;
  const check = (): void => {
    // Every frame until the first real one; asking costs as much as a frame, so not at each of them.
    if (performance.now() - checkedMs < CHECK_EVERY_MS) return;
    checkedMs = performance.now();
    const { loaded, data: drawn } = latest.current;
    const hasPlaces = map.queryRenderedFeatures({ layers: ["dc"] }).length > 0;
    // A world without data centres is drawn when its land is.
    if (!loaded || (!hasPlaces && drawn.places.features.length > 0)) return;
    if (map.queryRenderedFeatures({ layers: ["land"] }).length === 0) return;
    map.off("render", check);
    map.off("idle", check);
    performance.mark("map:meaningful");
    onReady();
  };
  map.on("render", check);
  map.on("idle", check);
  latest.current.onView?.(map.getZoom(), undefined);
  onMap(map);
}

function beginning({ view, bounds }: MapCanvasProps) {
  return view
    ? { center: [view.longitude, view.latitude] as [number, number], zoom: view.zoom }
    : { bounds: bounds ?? WORLD, fitBoundsOptions: { padding: 16 } };
}

/** Only what is not drawn already is handed over: a slider changes two of the sources, at each of its steps. */
function applyData(map: MapLibreMap, data: MapData, drawn: MapData | null): void {
  // A marker's picture must be there before the feature that names it, or its tile is laid out without it.
  for (const { properties } of data.places.features) addMarker(map, String(properties?.["icon"]));
  addPill(map, "pill", "--border-strong");
  addPill(map, "pill-live", "--live");
  addPill(map, "pill-plan", "--plan");
  for (const [name, value] of Object.entries(data) as [keyof MapData, FeatureCollection][])
    if (drawn?.[name] !== value) void map.getSource<GeoJSONSource>(name)?.setData(value);
}

function showLayers(map: MapLibreMap, shown: ReadonlySet<LayerGroup>): void {
  for (const [group, layers] of Object.entries(LAYER_GROUPS)) {
    for (const layer of layers)
      if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", shown.has(group as LayerGroup) ? "visible" : "none");
  }
}

function addPill(map: MapLibreMap, id: string, stroke: string): void {
  const image = map.hasImage(id) ? null : pillImage(token, stroke);
  if (image) map.addImage(id, image, PILL_STRETCH);
}

function addMarker(map: MapLibreMap, id: string): void {
  if (map.hasImage(id)) return;
  const image = markerImage(id, token);
  if (image) map.addImage(id, image, { pixelRatio: MARKER_PIXEL_RATIO });
}
