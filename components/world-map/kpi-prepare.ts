import type { UserLatencyDto } from "../../server/api/shapes/index.ts";

export interface Sample {
  readonly at: number;
  readonly requestsPerSecond: number;
  readonly errorRate: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** All regions as one series. Quantiles cannot be added: the share of requests weighs them, which the tile's label says. */
export function worldSeries(latency: UserLatencyDto): readonly Sample[] {
  const byTime = new Map<number, { rate: number; errors: number; p50: number; p95: number }>();
  for (const { points } of latency.series)
    for (const point of points) {
      const rate = point.requestsPerSecond;
      if (rate === null || rate === 0) continue;
      const at = Date.parse(point.at);
      const sum = byTime.get(at) ?? { rate: 0, errors: 0, p50: 0, p95: 0 };
      byTime.set(at, {
        rate: sum.rate + rate,
        errors: sum.errors + (point.errorRate ?? 0) * rate,
        p50: sum.p50 + (point.latencyMs.p50 ?? 0) * rate,
        p95: sum.p95 + (point.latencyMs.p95 ?? 0) * rate,
      });
    }
  return [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([at, sum]) => ({
      at,
      requestsPerSecond: sum.rate,
      errorRate: sum.errors / sum.rate,
      p50: sum.p50 / sum.rate,
      p95: sum.p95 / sum.rate,
    }));
}

export interface Tile {
  readonly label: string;
  readonly value: number | null;
  readonly points: readonly number[];
  /** Change of the last quarter against the first, as a share; null without enough. */
  readonly change: number | null;
}

export function tileOf(label: string, samples: readonly Sample[], of: (sample: Sample) => number | null): Tile {
  const points = samples.map(of).filter((value) => value !== null);
  const quarter = Math.max(1, Math.floor(points.length / 4));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [first, last] = [mean(points.slice(0, quarter)), mean(points.slice(-quarter))];
  return {
    label,
    value: points.length > 0 ? mean(points.slice(-3)) : null,
    points,
    change: points.length >= 8 && first > 0 ? last / first - 1 : null,
  };
}
