import { createParser, throttle } from "nuqs";
import type { MapView } from "./map-canvas.tsx";

/** The map's view in the address, `longitude,latitude,zoom`: who gets the link sees what was seen. */
export const parseAsView = createParser<MapView>({
  parse: (text) => {
    const [longitude, latitude, zoom, ...rest] = text.split(",").map(Number);
    if (longitude === undefined || latitude === undefined || zoom === undefined || rest.length > 0) return null;
    const isOnEarth = Math.abs(longitude) <= 540 && Math.abs(latitude) <= 85 && zoom >= 0 && zoom <= 24;
    return isOnEarth ? { longitude, latitude, zoom } : null;
  },
  serialize: ({ longitude, latitude, zoom }) => [longitude, latitude, zoom].map((value) => value.toFixed(2)).join(","),
  eq: (a, b) => a.longitude === b.longitude && a.latitude === b.latitude && a.zoom === b.zoom,
}).withOptions({ history: "replace", limitUrlUpdates: throttle(400) });
