import type { MigrationDto } from "../../server/api/shapes/index.ts";
import type { Sample } from "./kpi-prepare.ts";

const MINUTE_MS = 60_000;
export const HOURS_MS = 6 * 60 * MINUTE_MS;
export const DAY_MS = 4 * HOURS_MS;
/** Of a sample, in seconds: of the last hours, and of the last day. */
export const STEP_S = 60;
export const DAY_STEP_S = 300;

/** A world that has just begun is not drawn as hours of nothing. */
const WINDOWS: readonly { readonly spanMs: number; readonly tickMs: number }[] = [
  { spanMs: 15 * MINUTE_MS, tickMs: 3 * MINUTE_MS },
  { spanMs: 30 * MINUTE_MS, tickMs: 5 * MINUTE_MS },
  { spanMs: 60 * MINUTE_MS, tickMs: 10 * MINUTE_MS },
  { spanMs: 180 * MINUTE_MS, tickMs: 30 * MINUTE_MS },
  { spanMs: HOURS_MS, tickMs: 60 * MINUTE_MS },
  { spanMs: 2 * HOURS_MS, tickMs: 120 * MINUTE_MS },
];

export interface Timeline {
  readonly fromMs: number;
  readonly spanMs: number;
  readonly ticks: readonly number[];
}

interface Shown {
  readonly samples: readonly Sample[];
  readonly migrations: readonly MigrationDto[];
  /** The moment that is looked at; null while it is now. */
  readonly at: number | null;
}

/** The shortest window that holds everything there is to see, a day at most. */
export function timelineOf(now: number, { samples, migrations, at }: Shown): Timeline {
  const first = Math.min(now, at ?? now, samples[0]?.at ?? now, ...migrations.map(({ createdAt }) => Date.parse(createdAt)));
  const widest = { spanMs: DAY_MS, tickMs: 240 * MINUTE_MS };
  const { spanMs, tickMs } = WINDOWS.find((window) => first >= now - window.spanMs) ?? widest;
  const fromMs = now - spanMs;
  const all = Array.from({ length: Math.ceil(spanMs / tickMs) }, (_, index) => (Math.ceil(fromMs / tickMs) + index) * tickMs);
  return { fromMs, spanMs, ticks: all.filter((tick) => (tick - fromMs) / spanMs < 0.96) };
}

/** A round figure at or above the greatest, for the axis. */
export function axisMax(values: readonly number[]): number {
  const max = Math.max(1, ...values);
  const unit = 10 ** Math.floor(Math.log10(max));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * unit).find((limit) => limit >= max) ?? max;
}

/** Runs of samples without a gap between them: nothing is drawn over what nobody measured. */
export function runsOf(samples: readonly Sample[], stepS: number): readonly (readonly Sample[])[] {
  const runs: Sample[][] = [];
  for (const sample of samples) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && sample.at - before.at <= stepS * 1_500) run.push(sample);
    else runs.push([sample]);
  }
  return runs;
}

const KEY_STEPS_MS: Readonly<Record<string, number>> = {
  ArrowLeft: -MINUTE_MS,
  ArrowDown: -MINUTE_MS,
  ArrowRight: MINUTE_MS,
  ArrowUp: MINUTE_MS,
  PageDown: -15 * MINUTE_MS,
  PageUp: 15 * MINUTE_MS,
};

/** Where a key takes whoever looks at a moment; null: it is none of the slider's keys. `"live"` is the end on the right. */
export function momentByKey(
  key: string,
  { at, now, timeline }: { at: number | null; now: number; timeline: Timeline },
): number | "live" | null {
  if (key === "Home") return timeline.fromMs;
  if (key === "End") return "live";
  const step = KEY_STEPS_MS[key];
  if (step === undefined) return null;
  const next = (at ?? now) + step;
  return next >= now ? "live" : Math.max(timeline.fromMs, next);
}
