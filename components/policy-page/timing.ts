import { afterFrame } from "../ui/after-frame.ts";

/** User Timing of the slider: `npm run bench:console` and a browser's own tools read it. */

/** How long the preview took to compute. */
export function timed<T>(compute: () => T): T {
  const start = performance.now();
  const result = compute();
  performance.measure("preview:compute", { start });
  return result;
}

let inputAt: number | null = null;

/** Somebody moves something: what is painted next is its answer. */
export function markInput(): void {
  inputAt ??= performance.now();
}

/** After the frame that shows it. */
export function markPainted(): void {
  if (inputAt === null) return;
  const start = inputAt;
  inputAt = null;
  requestAnimationFrame(() => afterFrame(() => performance.measure("slider:paint", { start })));
}
