/** How much faster than it happened a replay shows what happened. */
export const SPEEDS = [1, 10, 60, 600] as const;
export type Speed = (typeof SPEEDS)[number];

export const floorTo = (at: number, step: number): number => Math.floor(at / step) * step;

/** The next moment of a replay; null where it has reached now, and is live again. */
export function stepReplay(
  at: number,
  { speed, elapsedMs, nowMs }: { readonly speed: Speed; readonly elapsedMs: number; readonly nowMs: number },
): number | null {
  const next = at + speed * elapsedMs;
  return next >= nowMs ? null : next;
}

/** What is asked of the server for a moment: gateways report every ten seconds, and a fast replay asks no finer than it shows. */
export function questionMoment(at: number, speed: Speed | null): number {
  return floorTo(at, speed === null || speed < 60 ? 10_000 : speed * 1_000);
}
