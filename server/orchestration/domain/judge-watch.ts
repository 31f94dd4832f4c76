/** What a watch has seen since the switch. */
export interface Watched {
  readonly requests: number;
  readonly errors: number;
  /** How long the longest-silent target has not been ready, ms; 0 while all are. */
  readonly unreadyMs: number;
  readonly latencyMsP95: number | null;
  /** Null: nothing was promised. */
  readonly latencyLimitMs: number | null;
}

/** A regression is called only on so many requests, of which this share failed. */
const REQUESTS_MIN = 20;
const ERROR_SHARE_MAX = 0.5;
/** A percentile needs more requests than a share does. */
const LATENCY_REQUESTS_MIN = 100;
/** An instance that ends is started again within this time; only one that does not come back is a regression. */
const UNREADY_MS_MAX = 10_000;

/** A companion that has not switched by then is watched without: its own move says what is the matter with it. */
const APART_MS_MAX = 60_000;

/**
 * Whether a part of the plan is still elsewhere: calls go the long way or wait in its pause, so what users get is neither the old
 * nor what was promised. How long requests take is watched from the moment the last running move of the plan has switched.
 */
export const isApart = ({ companions, startedAt, now }: { companions: readonly string[]; startedAt: Date; now: Date }): boolean =>
  companions.length > 0 && now.getTime() < startedAt.getTime() + APART_MS_MAX;

/** Right behind a switch connections are made and copies start and stop: what users get then is not what they will get. */
const BURST_MS = 10_000;

/** From when on is measured how long requests take, of a watch that began at `from`: behind the burst, or a sixth of a short one. */
export const measuredFrom = (from: Date, watchMs: number): Date =>
  new Date(from.getTime() + Math.min(BURST_MS, Math.floor(watchMs / 6)));

const SETTLED_MS = 30_000;

/** Whether a watch has seen enough time to judge how long requests take: half of a short one. */
export const isTelling = ({ seenMs, watchMs }: { readonly seenMs: number; readonly watchMs: number }): boolean =>
  seenMs >= Math.min(SETTLED_MS, watchMs / 2);

export const judgeReadiness = (unreadyMs: number): string | null =>
  unreadyMs > UNREADY_MS_MAX ? `the target has not been ready for ${Math.round(unreadyMs / 1000)} s` : null;

/** Why a move has to go back, or null. */
export function judgeWatch({ requests, errors, unreadyMs, latencyMsP95, latencyLimitMs }: Watched): string | null {
  const unready = judgeReadiness(unreadyMs);
  if (unready !== null) return unready;
  const failing = requests >= REQUESTS_MIN && errors / requests > ERROR_SHARE_MAX;
  if (failing) return `${errors} of ${requests} requests failed since the switch`;
  const slow =
    latencyLimitMs !== null && latencyMsP95 !== null && latencyMsP95 > latencyLimitMs && requests >= LATENCY_REQUESTS_MIN;
  return slow
    ? `users get ${Math.round(latencyMsP95)} ms at p95 since the switch, at most ${Math.round(latencyLimitMs)} ms are allowed`
    : null;
}
