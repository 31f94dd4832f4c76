import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { isStateful } from "./prepare.ts";

/** How long something usually takes, ms: the middle four fifths of what was seen. */
export interface Usual {
  readonly lowMs: number;
  readonly highMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

const RUNS_MIN = 3;

function usualOf(values: readonly number[]): Usual | null {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return sorted.length < RUNS_MIN ? null : { lowMs: at(0.1), highMs: at(0.9), minMs: at(0), maxMs: at(1) };
}

/** Earlier runs of the same kind that succeeded: those of a component with state say nothing of one without. */
export function comparableRuns(migration: MigrationDto, all: readonly MigrationDto[]): readonly MigrationDto[] {
  const copies = (run: MigrationDto): boolean => run.steps.some((step) => step.name === "seal" && step.state === "succeeded");
  return all.filter(
    (run) =>
      run.id !== migration.id &&
      run.state === "succeeded" &&
      copies(run) === isStateful(migration) &&
      run.createdAt < migration.createdAt,
  );
}

/** Usual duration of each step by its name; absent where too few runs are known. */
export function usualSteps(past: readonly MigrationDto[]): ReadonlyMap<string, Usual> {
  const durations = new Map<string, number[]>();
  for (const { name, startedAt, endedAt, state } of past.flatMap((run) => run.steps)) {
    if (state !== "succeeded" || startedAt === null || endedAt === null) continue;
    durations.set(name, [...(durations.get(name) ?? []), Math.max(0, Date.parse(endedAt) - Date.parse(startedAt))]);
  }
  return new Map(
    [...durations].flatMap(([name, values]) => {
      const usual = usualOf(values);
      return usual ? [[name, usual] as const] : [];
    }),
  );
}

export const usualPause = (past: readonly MigrationDto[]): Usual | null =>
  usualOf(past.flatMap((run) => (run.pauseMs === null ? [] : [run.pauseMs])));

/** Where a value stands between the least and the most, 0..100 on a log scale: steps last from a millisecond to minutes. */
export function bandPosition(ms: number, { minMs, maxMs }: Usual): number {
  const log = (value: number): number => Math.log10(Math.max(1, value));
  const [low, high] = [log(minMs) - 0.15, log(maxMs) + 0.15];
  return Math.max(0, Math.min(100, ((log(ms) - low) / (high - low)) * 100));
}
