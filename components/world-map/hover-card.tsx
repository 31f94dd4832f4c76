"use client";

import type { Map as MapLibreMap, MapMouseEvent } from "maplibre-gl";
import { useEffect, useState } from "react";
import { KeyValues } from "../ui/parts.tsx";
import { factsOf, HOVERED_LAYERS, type Facts } from "./hover-facts.ts";

const AFTER_MS = 80;
/** A link is two pixels wide: a pointer is not. */
const REACH_PX = 4;
const WIDTH_PX = 220;

interface Hovered {
  readonly facts: Facts;
  readonly x: number;
  readonly y: number;
}

/** A card with what is under the pointer. It moves nothing, and hides as soon as the pointer is elsewhere. */
export function HoverCard({ map }: { map: MapLibreMap }) {
  const [hovered, setHovered] = useState<Hovered | null>(null);
  useEffect(() => watchPointer(map, setHovered), [map]);
  if (!hovered) return null;
  const { facts, x, y } = hovered;
  const toTheLeft = x + WIDTH_PX + 24 > map.getContainer().clientWidth;
  return (
    <div className="hovercard" style={{ left: toTheLeft ? x - WIDTH_PX - 14 : x + 14, top: y + 14, width: WIDTH_PX }}>
      <div className="s">{facts.title}</div>
      <KeyValues rows={facts.rows} />
    </div>
  );
}

function watchPointer(map: MapLibreMap, show: (hovered: Hovered | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = ({ point: { x, y } }: MapMouseEvent): void => {
    const layers = HOVERED_LAYERS.filter((layer) => map.getLayer(layer) !== undefined);
    const around: [[number, number], [number, number]] = [
      [x - REACH_PX, y - REACH_PX],
      [x + REACH_PX, y + REACH_PX],
    ];
    const found = map.queryRenderedFeatures(around, { layers });
    const first = layers.flatMap((layer) => found.find((feature) => feature.layer.id === layer) ?? [])[0];
    const facts = first ? factsOf(first.layer.id, first.properties) : null;
    map.getCanvas().style.cursor = first?.layer.id === "dc" ? "pointer" : "";
    show(facts ? { facts, x, y } : null);
  };
  const onMove = (event: MapMouseEvent): void => {
    clearTimeout(timer);
    timer = setTimeout(() => look(event), AFTER_MS);
  };
  const hide = (): void => {
    clearTimeout(timer);
    show(null);
  };
  const subscriptions = [map.on("mousemove", onMove), map.on("mouseout", hide), map.on("movestart", hide)];
  return () => {
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.unsubscribe();
  };
}
