import type { MigrationDto } from "../../server/api/shapes/index.ts";
import type { Sample } from "./kpi-prepare.ts";

const MINUTE_MS = 60_000;
export const WINDOW_MAX_MS = 6 * 60 * MINUTE_MS;
export const STEP_S = 60;

/** A world that has just begun is not drawn as hours of nothing. */
const WINDOWS: readonly { readonly spanMs: number; readonly tickMs: number }[] = [
  { spanMs: 15 * MINUTE_MS, tickMs: 3 * MINUTE_MS },
  { spanMs: 30 * MINUTE_MS, tickMs: 5 * MINUTE_MS },
  { spanMs: 60 * MINUTE_MS, tickMs: 10 * MINUTE_MS },
  { spanMs: 180 * MINUTE_MS, tickMs: 30 * MINUTE_MS },
  { spanMs: WINDOW_MAX_MS, tickMs: 60 * MINUTE_MS },
];

export interface Timeline {
  readonly fromMs: number;
  readonly spanMs: number;
  readonly ticks: readonly number[];
}

/** The shortest window that holds everything there is to see. */
export function timelineOf(now: number, samples: readonly Sample[], migrations: readonly MigrationDto[]): Timeline {
  const first = Math.min(now, samples[0]?.at ?? now, ...migrations.map(({ createdAt }) => Date.parse(createdAt)));
  const widest = { spanMs: WINDOW_MAX_MS, tickMs: 60 * MINUTE_MS };
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
export function runsOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const runs: Sample[][] = [];
  for (const sample of samples) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && sample.at - before.at <= STEP_S * 1_500) run.push(sample);
    else runs.push([sample]);
  }
  return runs;
}
