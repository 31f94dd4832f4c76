import type { Map as MapLibreMap } from "maplibre-gl";

/**
 * Calls `onFrame` with the time between each two frames of the page, ms, from the map's next frame on until it has drawn all it knows.
 * Where there is no graphics card most of a frame's cost comes behind the map's own script, and a drawing has several frames while its
 * labels fade: neither shows in one frame's script. Data that change nothing on the map are followed by no frame, and measured by none.
 */
export function whileDrawing(map: MapLibreMap, onFrame: (gapMs: number) => void): () => void {
  let handle = 0;
  let lastMs = 0;
  let isDrawn = false;
  const tick = (): void => {
    const nowMs = performance.now();
    onFrame(nowMs - lastMs);
    lastMs = nowMs;
    if (!isDrawn) handle = requestAnimationFrame(tick);
  };
  const begin = (): void => {
    lastMs = performance.now();
    handle = requestAnimationFrame(tick);
    map.once("idle", end);
  };
  // The last frame's cost comes behind it: one more is waited for.
  const end = (): void => {
    isDrawn = true;
  };
  map.once("render", begin);
  return () => {
    cancelAnimationFrame(handle);
    map.off("render", begin);
    map.off("idle", end);
  };
}
