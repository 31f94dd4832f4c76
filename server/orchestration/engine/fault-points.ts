/**
 * Named places in the engine where the crash tests end the process: 17 on the way forward (start, end, and before, after the
 * effect, after the record of each of five groups of steps) and 17 on the abort path.
 */
export const FORWARD_GROUPS = ["prepare", "seal", "commit", "switch", "settle"] as const;
export const ABORT_GROUPS = ["fence", "reactivate", "reroute", "remove", "release"] as const;
const MOMENTS = ["before", "after-effect", "after-record"] as const;

const pointsOf = (path: string, groups: readonly string[]): string[] => [
  `${path}:start`,
  ...groups.flatMap((group) => MOMENTS.map((moment) => `${path}:${group}:${moment}`)),
  `${path}:end`,
];

export const FORWARD_POINTS: readonly string[] = pointsOf("forward", FORWARD_GROUPS);
export const ABORT_POINTS: readonly string[] = pointsOf("abort", ABORT_GROUPS);

/** Called at each point with its name; in production nothing happens there. */
export type FaultHook = (point: string) => void;
