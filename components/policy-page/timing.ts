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

/** After the frame that shows it: a task that is queued in a frame runs when that frame has been handed over. */
export function markPainted(): void {
  if (inputAt === null) return;
  const start = inputAt;
  inputAt = null;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      performance.measure("slider:paint", { start });
      port1.close();
    };
    port2.postMessage(null);
  });
}
