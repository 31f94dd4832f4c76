import type { DensityDto, UserLatencyDto } from "../../server/api/shapes/index.ts";

export interface RegionRow {
  readonly region: string;
  readonly requestsPerSecond: number;
  /** Of all users' requests, 0..1. */
  readonly share: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly errorRate: number | null;
  /** Of its requests, 0..1, those that came while the region's p95 was inside the target; null without one. */
  readonly inTargetShare: number | null;
}

/** Each region of users, the busiest first. A region without a request in this time is not made up. */
export function regionTable({ series, stepSeconds }: UserLatencyDto, targetMs: number | null): readonly RegionRow[] {
  const seen = series.filter(({ whole }) => whole.requestsPerSecond !== null);
  const all = seen.reduce((sum, { whole }) => sum + (whole.requestsPerSecond ?? 0), 0);
  return seen
    .map(({ region, whole, points }) => ({
      region,
      requestsPerSecond: whole.requestsPerSecond ?? 0,
      share: all === 0 ? 0 : (whole.requestsPerSecond ?? 0) / all,
      p50: whole.latencyMs.p50,
      p95: whole.latencyMs.p95,
      errorRate: whole.errorRate,
      inTargetShare: targetMs === null ? null : inTarget(points, targetMs, stepSeconds),
    }))
    .sort((a, b) => b.requestsPerSecond - a.requestsPerSecond || a.region.localeCompare(b.region));
}

function inTarget(points: UserLatencyDto["series"][number]["points"], targetMs: number, stepSeconds: number): number | null {
  let [inside, all] = [0, 0];
  for (const { requestsPerSecond, latencyMs } of points) {
    if (requestsPerSecond === null || latencyMs.p95 === null) continue;
    all += requestsPerSecond * stepSeconds;
    if (latencyMs.p95 <= targetMs) inside += requestsPerSecond * stepSeconds;
  }
  return all === 0 ? null : inside / all;
}

export interface Placed {
  readonly requests: number;
  readonly unplacedShare: number | null;
  readonly countries: number;
  readonly cells: number;
}

/** How much of what was asked came from a known place. */
export function placedOf({ countries, cells, unplaced }: DensityDto): Placed {
  const placed = countries.reduce((sum, { requests }) => sum + requests, 0);
  const requests = placed + unplaced.requests;
  return {
    requests,
    unplacedShare: requests === 0 ? null : unplaced.requests / requests,
    countries: countries.length,
    cells: cells.length,
  };
}
