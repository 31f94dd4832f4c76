import type { RequestCounters } from "./request-counters.ts";
import { differenceOf, merge, NOTHING, rebound, totalOf, type RequestDifference } from "./request-difference.ts";

/** What the process table tells of an instance's process (`platform/process-table.ts`). */
export interface ProcessReading extends ProcessIdentity {
  readonly ageMs: number;
  /** User and system time since it began. */
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in clock ticks since boot: a number that was given to another process is not it. */
  readonly startTicks: string;
}

/** One look at an instance: null where its process is gone, or its page could not be had. */
export interface Look {
  readonly atMs: number;
  readonly process: ProcessReading | null;
  readonly counters: RequestCounters | null;
}

/** What a look is compared with, and what has come together since the last window: plain data, kept on disk with each batch. */
export interface Observed {
  /** Where the open window begins. */
  readonly windowFromMs: number;
  readonly process: (ProcessIdentity & { readonly countsFromZero: boolean }) | null;
  readonly lastCounters: RequestCounters | null;
  readonly lastCpu: { readonly atMs: number; readonly cpuMs: number } | null;
  readonly requests: RequestDifference;
  /** CPU time used, and over how long it was watched. */
  readonly cpu: { readonly usedMs: number; readonly watchedMs: number };
  readonly memoryMiB: number | null;
  /** Something was seen in the open window; otherwise it is a gap, not a zero. */
  readonly isSeen: boolean;
}

export interface KpiFigures {
  readonly at: string;
  readonly windowMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly latencyMs: { readonly bounds: readonly number[]; readonly counts: readonly number[]; readonly sum: number };
  readonly cpuMillicores: number | null;
  readonly memoryMiB: number | null;
}

export const WINDOW_MS = 10_000;
/** As much as the intake takes of one window. */
const WINDOW_MS_MAX = 3_600_000;
/** As many as the intake takes. */
const BOUNDS_MAX = 200;

export const windowStartOf = (atMs: number): number => Math.floor(atMs / WINDOW_MS) * WINDOW_MS;

export function beginObserving(atMs: number): Observed {
  return {
    windowFromMs: windowStartOf(atMs),
    process: null,
    lastCounters: null,
    lastCpu: null,
    requests: NOTHING,
    cpu: { usedMs: 0, watchedMs: 0 },
    memoryMiB: null,
    isSeen: false,
  };
}

export function look(observed: Observed, { atMs, process, counters }: Look): Observed {
  const isSame = process !== null && observed.process !== null && isProcess(process, observed.process);
  const now = process === null || isSame ? observed : meet(observed, process);
  const watched = process === null ? now : useCpu(now, process, atMs);
  const counted = counters === null ? watched : count(watched, counters);
  return { ...counted, isSeen: observed.isSeen || process !== null || counters !== null };
}

const isProcess = (a: ProcessIdentity, b: ProcessIdentity): boolean => a.pid === b.pid && a.startTicks === b.startTicks;

/**
 * A process that was not known. One that took the place of another, or that is young, was watched from its beginning: all that
 * it ever shows is new. What an older one did before it was watched belongs to no window.
 */
function meet(observed: Observed, process: ProcessReading): Observed {
  const { pid, startTicks, ageMs } = process;
  const countsFromZero = observed.process !== null || ageMs < WINDOW_MS;
  return { ...observed, process: { pid, startTicks, countsFromZero }, lastCounters: null, lastCpu: null };
}

function useCpu(observed: Observed, { cpuMs, ageMs, memoryMiB }: ProcessReading, atMs: number): Observed {
  const { lastCpu, cpu, process } = observed;
  const used = lastCpu ? cpuMs - lastCpu.cpuMs : process?.countsFromZero === true ? cpuMs : 0;
  const watched = lastCpu ? atMs - lastCpu.atMs : process?.countsFromZero === true ? ageMs : 0;
  return {
    ...observed,
    memoryMiB,
    lastCpu: { atMs, cpuMs },
    cpu: { usedMs: cpu.usedMs + Math.max(0, used), watchedMs: cpu.watchedMs + Math.max(0, watched) },
  };
}

function count(observed: Observed, counters: RequestCounters): Observed {
  const { lastCounters, process, requests } = observed;
  // Without a process to know it by, the first page of a component tells what was before it was watched.
  const isBaseline = lastCounters === null && process?.countsFromZero !== true;
  const isNew = isBaseline ? NOTHING : differenceOf(lastCounters, counters);
  return { ...observed, lastCounters: counters, requests: merge(requests, isNew) };
}

/**
 * Closes the open window at `untilMs`. Errors that were counted before their requests wait for the next window, so that a window
 * never has more errors than requests. A clock that was put back begins the window anew, and takes nothing away.
 */
export function closeWindow(observed: Observed, untilMs: number): { observed: Observed; figures: KpiFigures | null } {
  const spanMs = untilMs - observed.windowFromMs;
  if (spanMs <= 0) return { observed: { ...observed, windowFromMs: untilMs }, figures: null };
  const requests = totalOf(observed.requests);
  const errors = Math.min(requests, Math.round(observed.requests.errors));
  const next: Observed = {
    ...observed,
    windowFromMs: untilMs,
    requests: { ...NOTHING, errors: Math.round(observed.requests.errors) - errors },
    cpu: { usedMs: 0, watchedMs: 0 },
    memoryMiB: null,
    isSeen: false,
  };
  if (!observed.isSeen) return { observed: next, figures: null };
  const windowMs = Math.min(WINDOW_MS_MAX, spanMs);
  return {
    observed: next,
    figures: { ...figuresOf(observed, windowMs), at: new Date(untilMs - windowMs).toISOString(), errors },
  };
}

function figuresOf({ requests, cpu, memoryMiB }: Observed, windowMs: number): Omit<KpiFigures, "at" | "errors"> {
  const bounds = atMost(requests.bounds, BOUNDS_MAX);
  return {
    windowMs,
    requests: totalOf(requests),
    latencyMs: {
      bounds: bounds.map((bound) => rounded(bound * 1000)),
      counts: rebound(requests, bounds),
      sum: rounded(requests.sumSeconds * 1000),
    },
    cpuMillicores: cpu.watchedMs > 0 ? rounded((cpu.usedMs / cpu.watchedMs) * 1000) : null,
    memoryMiB: memoryMiB === null ? null : rounded(memoryMiB),
  };
}

/** Every second bound goes until there are few enough; the last one stays, so that what is slow stays slow. */
function atMost(bounds: readonly number[], max: number): readonly number[] {
  if (bounds.length <= max) return bounds;
  return atMost(
    bounds.filter((_bound, index) => (bounds.length - 1 - index) % 2 === 0),
    max,
  );
}

/** To six digits behind the point: 0.0005 s is 0.5 ms, not 0.5000000000000001. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
