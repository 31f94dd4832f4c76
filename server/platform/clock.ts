import { setTimeout as delay } from "node:timers/promises";

/** Time as an argument: domain code never reads it, services get it, tests drive it. */
export interface Clock {
  /** Wall time. */
  now(): Date;
  /** Milliseconds that only grow, for measuring durations. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : undefined);
  },
};
