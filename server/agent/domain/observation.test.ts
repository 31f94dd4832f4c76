import { expect, test } from "vitest";
import { beginObserving, closeWindow, look, type Observed, type ProcessReading } from "./observation.ts";
import type { RequestCounters } from "./request-counters.ts";

const START_MS = Date.parse("2026-11-24T10:00:00.000Z");
const at = (seconds: number): number => START_MS + seconds * 1_000;
const counters = (requests: number, change: Partial<RequestCounters> = {}): RequestCounters => ({
  bounds: [0.1],
  cumulative: [requests, requests],
  sumSeconds: requests * 0.02,
  errors: 0,
  createdSeconds: null,
  ...change,
});
const process = (change: Partial<ProcessReading> = {}): ProcessReading => ({
  pid: 7,
  startTicks: "100",
  ageMs: 60_000,
  cpuMs: 0,
  memoryMiB: 64,
  ...change,
});
const see = (observed: Observed, seconds: number, reading: ProcessReading | null, page: RequestCounters | null): Observed =>
  look(observed, { atMs: at(seconds), process: reading, counters: page });

test("what a process did before it was watched belongs to no window; from then on everything does", () => {
  let observed = see(beginObserving(START_MS), 1, process({ cpuMs: 5_000 }), counters(1_000));
  observed = see(observed, 6, process({ cpuMs: 5_500 }), counters(1_030));
  const { figures } = closeWindow(observed, at(10));
  expect(figures).toMatchObject({ at: "2026-11-24T10:00:00.000Z", windowMs: 10_000, requests: 30, cpuMillicores: 100 });
});

test("a process that is as young as the window was watched from its beginning", () => {
  const observed = see(beginObserving(START_MS), 3, process({ ageMs: 2_000, cpuMs: 400 }), counters(12));
  expect(closeWindow(observed, at(10)).figures).toMatchObject({ requests: 12, cpuMillicores: 200 });
});

test("a number that was given to another process is another process: what it shows is all new", () => {
  let observed = see(beginObserving(START_MS), 1, process(), counters(1_000));
  observed = see(observed, 2, process({ startTicks: "900", cpuMs: 50, ageMs: 500 }), counters(1_001));
  expect(closeWindow(observed, at(10)).figures).toMatchObject({ requests: 1_001, cpuMillicores: 100 });
});

test("a component without a page of metrics has its CPU and memory, and no requests", () => {
  let observed = see(beginObserving(START_MS), 1, process({ cpuMs: 1_000 }), null);
  observed = see(observed, 9, process({ cpuMs: 1_800, memoryMiB: 70.25 }), null);
  const { figures } = closeWindow(observed, at(10));
  const latencyMs = { bounds: [], counts: [0], sum: 0 };
  expect(figures).toMatchObject({ requests: 0, errors: 0, latencyMs, cpuMillicores: 100, memoryMiB: 70.25 });
});

test("a window in which nothing could be seen is a gap, not a zero", () => {
  const { figures, observed } = closeWindow(see(beginObserving(START_MS), 1, null, null), at(10));
  expect(figures).toBeNull();
  expect(observed.windowFromMs).toBe(at(10));
});

test("errors that were counted before their requests wait for them", () => {
  let observed = see(beginObserving(START_MS), 1, process({ ageMs: 500 }), counters(1, { errors: 3 }));
  const first = closeWindow(observed, at(10));
  observed = see(first.observed, 11, process({ ageMs: 10_500 }), counters(5, { errors: 3 }));
  const second = closeWindow(observed, at(20));
  expect([first.figures?.errors, second.figures?.errors]).toEqual([1, 2]);
});

test("counters that began anew in the same process are known by their time of creation, even where they grew", () => {
  let observed = see(beginObserving(START_MS), 1, process({ ageMs: 500 }), counters(10, { createdSeconds: 1 }));
  observed = see(observed, 2, process({ ageMs: 1_500 }), counters(12, { createdSeconds: 2 }));
  expect(closeWindow(observed, at(10)).figures?.requests).toBe(22);
});

test("after a pause one window covers all of it, at most what the intake takes", () => {
  const observed = see(beginObserving(START_MS), 7_205, process({ ageMs: 500 }), counters(7));
  expect(closeWindow(observed, at(7_210)).figures).toMatchObject({
    at: "2026-11-24T11:00:10.000Z",
    windowMs: 3_600_000,
    requests: 7,
  });
});

test("a clock that was put back begins its window anew and takes no request away", () => {
  const observed = see(beginObserving(at(3_600)), 3_601, process({ ageMs: 500 }), counters(4));
  const back = closeWindow(observed, at(0));
  expect(back.figures).toBeNull();
  expect(closeWindow(back.observed, at(10)).figures).toMatchObject({ at: "2026-11-24T10:00:00.000Z", requests: 4 });
});

test("a histogram of more bounds than the intake takes loses bounds, not requests", () => {
  const bounds = Array.from({ length: 900 }, (_, index) => (index + 1) / 100);
  const cumulative = bounds.map((_bound, index) => index + 1).concat(901);
  const page = { bounds, cumulative, sumSeconds: 1, errors: 0, createdSeconds: null };
  const { figures } = closeWindow(see(beginObserving(START_MS), 1, process({ ageMs: 500 }), page), at(10));
  expect(figures?.latencyMs.bounds.length).toBeLessThanOrEqual(200);
  expect(figures?.latencyMs.bounds.at(-1)).toBe(9_000);
  expect(figures?.latencyMs.counts.reduce((sum, count) => sum + count, 0)).toBe(901);
});
