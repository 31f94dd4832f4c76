/** How often a map follows a hand that moves, by what its drawings have kept the page for. Times are ms of one clock. */

/** A hand that rests this long is done: what is shown then is drawn at once. */
const REST_MIN_MS = 120;
const REST_MAX_MS = 500;
const EVERY_MIN_MS = 100;
/** Of a hand that never rests: what it does is shown by then. */
export const EVERY_MAX_MS = 10_000;
/** A page that is kept for no longer is not felt to be kept: what browsers call a long task begins here. */
const FELT_MS = 50;
/** Of a moving hand's time the map may keep the page for one part in so many, all frames of a drawing together. */
export const PART = 10;

/** What one drawing kept the page for: all its felt frames, and the longest of them. */
interface Cost {
  readonly allMs: number;
  readonly longestMs: number;
}

const NOTHING: Cost = { allMs: 0, longestMs: 0 };

export interface Follow {
  /** A drawing's cost is known when it is over: until then the one before it counts, too. */
  readonly before: Cost;
  readonly current: Cost;
  /** When it was last drawn, or the hand began to move: time at rest is not a moving hand's, and pays for no drawing. */
  readonly sinceMs: number;
  readonly movedAtMs: number;
}

export const BEGIN: Follow = { before: NOTHING, current: NOTHING, sinceMs: 0, movedAtMs: 0 };

/** A frame came `gapMs` behind the one before it. */
export function framed(follow: Follow, gapMs: number): Follow {
  if (gapMs <= FELT_MS) return follow;
  const { allMs, longestMs } = follow.current;
  return { ...follow, current: { allMs: allMs + gapMs, longestMs: Math.max(longestMs, gapMs) } };
}

/** The hand moved: unless it moves again, it is drawn in `waitMs`. */
export function moved(follow: Follow, nowMs: number): { readonly follow: Follow; readonly waitMs: number } {
  const { before, current } = follow;
  const everyMs = Math.min(EVERY_MAX_MS, Math.max(EVERY_MIN_MS, PART * Math.max(before.allMs, current.allMs)));
  // A frame that takes longer than the rest would look like one, and be drawn again at each step.
  const restMs = Math.min(REST_MAX_MS, Math.max(REST_MIN_MS, 2 * Math.max(before.longestMs, current.longestMs)));
  const sinceMs = nowMs - follow.movedAtMs > restMs ? nowMs : follow.sinceMs;
  return {
    follow: { ...follow, sinceMs, movedAtMs: nowMs },
    waitMs: Math.max(0, Math.min(restMs, sinceMs + everyMs - nowMs)),
  };
}

/** What the hand set is being drawn. */
export const drawn = (follow: Follow, nowMs: number): Follow => ({
  ...follow,
  before: follow.current,
  current: NOTHING,
  sinceMs: nowMs,
});
