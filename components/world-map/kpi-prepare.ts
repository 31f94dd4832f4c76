import type { UserLatencyDto } from "../../server/api/shapes/index.ts";

export interface Sample {
  readonly at: number;
  readonly requestsPerSecond: number;
  readonly errorRate: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** What all users together got; steps without a request are left out. */
export function worldSeries(latency: UserLatencyDto): readonly Sample[] {
  return latency.world.points.flatMap(({ at, requestsPerSecond, errorRate, latencyMs }) =>
    requestsPerSecond === null || requestsPerSecond === 0
      ? []
      : [{ at: Date.parse(at), requestsPerSecond, errorRate, p50: latencyMs.p50, p95: latencyMs.p95 }],
  );
}

/** The last minute as one sample; null while nothing was asked. */
export function lastMinuteOf({ world, to }: UserLatencyDto): Sample | null {
  const { requestsPerSecond, errorRate, latencyMs } = world.lastMinute;
  return requestsPerSecond === null
    ? null
    : { at: Date.parse(to), requestsPerSecond, errorRate, p50: latencyMs.p50, p95: latencyMs.p95 };
}

/** As a file holds it: its time in UTC. */
export const sampleRows = (samples: readonly Sample[]): readonly object[] =>
  samples.map((sample) => ({ ...sample, at: new Date(sample.at).toISOString() }));

export interface Tile {
  readonly label: string;
  readonly value: number | null;
  readonly points: readonly number[];
  /** Change of the last quarter against the first, as a share; null without enough. */
  readonly change: number | null;
}

export interface Course {
  readonly samples: readonly Sample[];
  readonly lastMinute: Sample | null;
}

export function tileOf(label: string, { samples, lastMinute }: Course, of: (sample: Sample) => number | null): Tile {
  const points = samples.map(of).filter((value) => value !== null);
  const quarter = Math.max(1, Math.floor(points.length / 4));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [first, last] = [mean(points.slice(0, quarter)), mean(points.slice(-quarter))];
  return {
    label,
    value: lastMinute === null ? null : of(lastMinute),
    points,
    change: points.length >= 8 && first > 0 ? last / first - 1 : null,
  };
}
