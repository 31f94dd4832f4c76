import type { Level } from "./facets.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** How far the roll-ups reach, and since when finer rows are still there; all in ms since 1970. */
export interface Reach {
  readonly minutesUntil: number;
  readonly hoursUntil: number;
  readonly rawSince: number;
  readonly minutesSince: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Piece extends Range {
  readonly level: Level;
}

const down = (at: number, unit: number): number => Math.floor(at / unit) * unit;
const up = (at: number, unit: number): number => Math.ceil(at / unit) * unit;

/** The asked step, or the finest that is still there of this range. */
export function finestStepMs(from: number, stepMs: number, { rawSince, minutesSince }: Reach): number {
  if (from < minutesSince) return up(stepMs, HOUR_MS);
  return from < rawSince ? up(stepMs, MINUTE_MS) : stepMs;
}

/**
 * The range in pieces, each to be read at one level, none twice: hours where they are whole and rolled up, minutes around
 * them, raw rows at the edges and where nothing is rolled up yet. A step (null: the range is summed up) is never coarser than
 * what is read for it. Where raw rows are gone, an edge within a minute takes the whole minute.
 */
export function piecesOf(range: Range, stepMs: number | null, reach: Reach): Piece[] {
  const fits = (unit: number): boolean => stepMs === null || stepMs % unit === 0;
  const whole = widen(range, reach);
  const minutes = fits(MINUTE_MS) ? inner(whole, MINUTE_MS, reach.minutesUntil) : empty(whole);
  const hours = fits(HOUR_MS) ? inner(minutes, HOUR_MS, reach.hoursUntil) : empty(minutes);
  const pieces: Piece[] = [
    { level: "raw", from: whole.from, to: minutes.from },
    { level: "minute", from: minutes.from, to: hours.from },
    { level: "hour", from: hours.from, to: hours.to },
    { level: "minute", from: hours.to, to: minutes.to },
    { level: "raw", from: minutes.to, to: whole.to },
  ];
  return pieces.filter(({ from, to }) => from < to);
}

/** The whole units of a range that are rolled up; empty at its end where there is none. */
function inner(range: Range, unit: number, until: number): Range {
  const from = up(range.from, unit);
  const to = down(Math.min(range.to, until), unit);
  return from < to ? { from, to } : empty(range);
}

const empty = ({ to }: Range): Range => ({ from: to, to });

function widen({ from, to }: Range, { rawSince, minutesSince }: Reach): Range {
  const edge = (at: number, direction: typeof up): number => {
    if (at < minutesSince) return direction(at, HOUR_MS);
    return at < rawSince ? direction(at, MINUTE_MS) : at;
  };
  return { from: edge(from, down), to: edge(to, up) };
}
