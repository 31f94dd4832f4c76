import type { MigrationDto } from "../../server/api/shapes/index.ts";
import type { Span } from "../kpi-charts/line-chart.tsx";

const AROUND_MS = 60_000;
/** Narrower than this a span would not be seen. */
const SPAN_MS_MIN = 1_200;

export interface RunWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** The moment around which the chart is drawn: the switch, or now while it is still to come. */
  readonly switchAtMs: number | null;
}

const timeOf = (migration: MigrationDto, name: string, end: "startedAt" | "endedAt"): number | null => {
  const at = migration.steps.find((step) => step.name === name)?.[end] ?? null;
  return at === null ? null : Date.parse(at);
};

/** A minute before the move to a minute after the switch, or to now. */
export function runWindow(migration: MigrationDto, now: number): RunWindow {
  const began = Date.parse(migration.createdAt);
  const switchAtMs = timeOf(migration, "activate", "endedAt");
  const end = switchAtMs ?? (migration.endedAt === null ? now : Date.parse(migration.endedAt));
  return { fromMs: began - AROUND_MS, toMs: Math.max(began + 1, Math.min(now, end + AROUND_MS)), switchAtMs };
}

/** What is shaded: starting, copying, and the pause in the colour of what is live. */
export function runSpans(migration: MigrationDto, now: number): readonly Span[] {
  const between = (label: string, from: number | null, to: number | null, live: boolean): Span[] =>
    from === null ? [] : [{ label, from, to: Math.max(to ?? now, from + (live ? SPAN_MS_MIN : 1)), live }];
  return [
    ...between("Deploy", timeOf(migration, "deploy", "startedAt"), timeOf(migration, "deploy", "endedAt"), false),
    ...between("Copy", timeOf(migration, "pre-copy", "startedAt"), timeOf(migration, "pre-copy", "endedAt"), false),
    ...between("Pause", timeOf(migration, "pause", "startedAt"), timeOf(migration, "resume", "endedAt"), true),
  ];
}

/** `−60 s` … `switch` … `+60 s`. */
export function relativeTick(at: number, origin: number, word: string): string {
  const seconds = Math.round((at - origin) / 1000);
  if (seconds === 0) return word;
  return `${seconds < 0 ? "\u2212" : "+"}${Math.abs(seconds)} s`;
}

/** Round steps before and behind the origin, so many as are read easily. */
export function relativeTicks(fromMs: number, toMs: number, origin: number): readonly number[] {
  const stepMs =
    [10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 900_000].find((step) => (toMs - fromMs) / step <= 8) ?? 3_600_000;
  const first = Math.ceil((fromMs - origin) / stepMs);
  const last = Math.floor((toMs - origin) / stepMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => origin + (first + index) * stepMs);
}
