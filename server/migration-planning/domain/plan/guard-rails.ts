import type { RailCheck } from "./content.ts";

export interface RailSettings {
  readonly gainPercent: number;
  readonly minGainPercent: number;
  /** Null: it does not pay back at all. */
  readonly paybackHours: number | null;
  readonly paybackHoursMax: number;
  /** Of the world's clock, of the move that is shortest ago; null: none has moved. */
  readonly hoursSinceMove: number | null;
  readonly cooldownMinutes: number;
  readonly runningMoves: number;
  readonly maxConcurrent: number;
  readonly movesLastHour: number;
  readonly maxPerHour: number;
  readonly frozen: boolean;
  /** How many change windows the policy has. */
  readonly windows: number;
}

/** The policy's guard rails against one plan. They bind what runs by itself; a person sees them and decides. */
export function checkRails(rails: RailSettings): readonly RailCheck[] {
  const { gainPercent, minGainPercent, paybackHours, paybackHoursMax, hoursSinceMove, cooldownMinutes } = rails;
  const cooled = hoursSinceMove === null || hoursSinceMove * 60 >= cooldownMinutes;
  return [
    {
      name: "margin",
      ok: gainPercent >= minGainPercent,
      message: `the score gains ${gainPercent.toFixed(1)} %, at least ${minGainPercent} % are asked for`,
    },
    {
      name: "payback",
      ok: paybackHours !== null && paybackHours <= paybackHoursMax,
      message:
        paybackHours === null
          ? "it does not pay back"
          : `it pays back in ${paybackHours.toFixed(2)} h, at most ${paybackHoursMax} h are asked for`,
    },
    {
      name: "cool-down",
      ok: cooled,
      message:
        hoursSinceMove === null
          ? "none of them has moved"
          : `the last of them moved ${(hoursSinceMove * 60).toFixed(0)} min ago, ${cooldownMinutes} min are asked for`,
    },
    {
      name: "max-concurrent",
      ok: rails.runningMoves < rails.maxConcurrent,
      message: `${rails.runningMoves} of ${rails.maxConcurrent} moves run now`,
    },
    {
      name: "max-per-hour",
      ok: rails.movesLastHour < rails.maxPerHour,
      message: `${rails.movesLastHour} of ${rails.maxPerHour} moves in the last hour`,
    },
    {
      name: "windows",
      // Not obeyed yet: where there are any, nothing may run by itself at an hour that nobody allowed.
      ok: rails.windows === 0,
      message: rails.windows === 0 ? "any hour is allowed" : `${rails.windows} windows are set: a person decides when`,
    },
    { name: "freeze", ok: !rails.frozen, message: rails.frozen ? "new moves are frozen" : "nothing is frozen" },
  ];
}
