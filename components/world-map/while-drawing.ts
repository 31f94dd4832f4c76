import type { Map as MapLibreMap } from "maplibre-gl";

/**
 * Calls `onFrame` with the time between each two frames of the page, ms, until the map has drawn all it knows.
 * Where there is no graphics card most of a frame's cost comes behind the map's own script, and a drawing has several frames while its
 * labels fade: neither shows in one frame's script.
 */
export function whileDrawing(map: MapLibreMap, onFrame: (gapMs: number) => void): () => void {
  let lastMs = performance.now();
  let isDrawn = false;
  const onIdle = (): void => {
    isDrawn = true;
  };
  const tick = (): void => {
    const nowMs = performance.now();
    onFrame(nowMs - lastMs);
    lastMs = nowMs;
    if (!isDrawn) handle = requestAnimationFrame(tick);
  };
  let handle = requestAnimationFrame(tick);
  map.on("idle", onIdle);
  return () => {
    cancelAnimationFrame(handle);
    map.off("idle", onIdle);
  };
}
