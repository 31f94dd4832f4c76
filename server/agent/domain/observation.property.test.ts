import fc from "fast-check";
import { expect, test } from "vitest";
import { beginObserving, closeWindow, look, WINDOW_MS, windowStartOf, type KpiFigures, type Observed } from "./observation.ts";
import type { RequestCounters } from "./request-counters.ts";

const BOUNDS = [0.01, 0.1, 1];
const START_MS = Date.parse("2026-11-24T10:00:00.000Z");

/** One second of a component's life: requests by bucket, whether its process is started anew, whether its page can be had. */
const secondArbitrary = fc.record({
  requests: fc.array(fc.nat({ max: 30 }), { minLength: 4, maxLength: 4 }),
  errors: fc.nat({ max: 5 }),
  restarts: fc.boolean(),
  isSeen: fc.boolean(),
  agentIsKilled: fc.boolean(),
});
type Second = typeof secondArbitrary extends fc.Arbitrary<infer T> ? T : never;

interface Component {
  pid: number;
  counts: number[];
  errors: number;
}

const countersOf = ({ counts, errors }: Component): RequestCounters => ({
  bounds: BOUNDS,
  cumulative: counts.map((_count, index) => counts.slice(0, index + 1).reduce((sum, count) => sum + count, 0)),
  sumSeconds: counts.reduce((sum, count) => sum + count, 0) * 0.05,
  errors,
  createdSeconds: null,
});

/** Runs both lives side by side: what was shown at each end of a process or of the run, and what the windows say. */
function run(seconds: readonly Second[]) {
  let component: Component = { pid: 1, counts: [0, 0, 0, 0], errors: 0 };
  let shown = { requests: 0, errors: 0 };
  const kept = { requests: 0, errors: 0 };
  let observed = beginObserving(START_MS);
  let checkpoint = observed;
  let hasRestartedSince = false;
  const windows: KpiFigures[] = [];
  for (const [index, second] of seconds.entries()) {
    if (second.restarts) {
      kept.requests += shown.requests;
      kept.errors += shown.errors;
      shown = { requests: 0, errors: 0 };
      component = { pid: component.pid + 1, counts: [0, 0, 0, 0], errors: 0 };
    }
    component.counts = component.counts.map((count, bucket) => count + (second.requests[bucket] ?? 0));
    component.errors += Math.min(
      second.errors,
      second.requests.reduce((sum, count) => sum + count, 0),
    );
    hasRestartedSince ||= second.restarts;
    // A kill -9 takes everything since the last window from the agent's memory. Of a process that ended in the same window no
    // later scrape tells: what it showed is gone with it.
    const isKilled = second.agentIsKilled && !hasRestartedSince;
    if (isKilled) observed = checkpoint;
    const atMs = START_MS + index * 1_000 + 900;
    const reading = { pid: component.pid, startTicks: String(component.pid), ageMs: 500, cpuMs: index, memoryMiB: 10 };
    const counters = second.isSeen || isKilled ? countersOf(component) : null;
    observed = look(observed, { atMs, process: reading, counters });
    if (counters) shown = { requests: counters.cumulative.at(-1) ?? 0, errors: component.errors };
    const closed = closeAt(observed, windowStartOf(atMs + 200));
    observed = closed.observed;
    if (closed.figures) windows.push(closed.figures);
    if (closed.figures) {
      checkpoint = observed;
      hasRestartedSince = false;
    }
  }
  const end = closeAt(observed, windowStartOf(START_MS + seconds.length * 1_000) + WINDOW_MS);
  if (end.figures) windows.push(end.figures);
  return { shown: { requests: kept.requests + shown.requests, errors: kept.errors + shown.errors }, windows, left: end.observed };
}

const closeAt = (observed: Observed, borderMs: number) =>
  borderMs > observed.windowFromMs ? closeWindow(observed, borderMs) : { observed, figures: null };

const totalOf = (windows: readonly KpiFigures[], value: (window: KpiFigures) => number): number =>
  windows.reduce((sum, window) => sum + value(window), 0);

test("whatever scrapes are missed, processes end and agents are killed: every request that a scrape showed is in one window", () => {
  fc.assert(
    fc.property(fc.array(secondArbitrary, { minLength: 1, maxLength: 80 }), (seconds) => {
      const { shown, windows, left } = run(seconds);
      expect(totalOf(windows, ({ requests }) => requests)).toBe(shown.requests);
      expect(totalOf(windows, ({ errors }) => errors) + left.requests.errors).toBe(shown.errors);
    }),
  );
});

test("a window is what the intake takes: counts that sum to its requests, no more errors than requests, one after the other", () => {
  fc.assert(
    fc.property(fc.array(secondArbitrary, { minLength: 1, maxLength: 80 }), (seconds) => {
      const { windows } = run(seconds);
      for (const { requests, errors, latencyMs } of windows) {
        expect(latencyMs.counts).toHaveLength(latencyMs.bounds.length + 1);
        expect(latencyMs.counts.reduce((sum, count) => sum + count, 0)).toBe(requests);
        expect(errors).toBeLessThanOrEqual(requests);
      }
      for (const [index, { at, windowMs }] of windows.entries()) {
        const next = windows[index + 1];
        if (next) expect(Date.parse(next.at)).toBeGreaterThanOrEqual(Date.parse(at) + windowMs);
      }
    }),
  );
});
