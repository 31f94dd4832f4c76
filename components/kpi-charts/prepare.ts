import type { KpisDto, UserLatencyDto } from "../../server/api/shapes/index.ts";

export interface ChartRow {
  readonly at: number;
  readonly [series: string]: number | null;
}

/** One row a step for all places together: the slowest place's quantiles, since no mean of quantiles means anything. */
export function latencyRows(kpis: KpisDto): ChartRow[] {
  const rows = new Map<number, { p50: number | null; p95: number | null; p99: number | null }>();
  const worse = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));
  for (const { points } of kpis.series)
    for (const { at, latencyMs } of points) {
      const time = Date.parse(at);
      const row = rows.get(time) ?? { p50: null, p95: null, p99: null };
      rows.set(time, {
        p50: worse(row.p50, latencyMs.p50),
        p95: worse(row.p95, latencyMs.p95),
        p99: worse(row.p99, latencyMs.p99),
      });
    }
  return sinceFirst([...rows].sort(([a], [b]) => a - b).map(([at, row]) => ({ at, ...row })));
}

/** A chart of something young begins where it does, with room for a few steps; gaps behind that stay gaps. */
const STEPS_MIN = 12;
export function sinceFirst(rows: readonly ChartRow[]): ChartRow[] {
  const first = rows.findIndex(({ at: _at, ...values }) => Object.values(values).some((value) => value !== null));
  return rows.slice(Math.max(0, Math.min(first - 1, rows.length - STEPS_MIN)));
}

export interface RegionRows {
  readonly regions: readonly string[];
  readonly rows: readonly ChartRow[];
}

type Point = UserLatencyDto["series"][number]["points"][number];
const p95Of = ({ latencyMs }: Point): number | null => latencyMs.p95;

/** One figure of each user region, p95 where nothing else is asked, the regions with most requests first. */
export function regionRows(latency: UserLatencyDto, regionsMax = 6, of: (point: Point) => number | null = p95Of): RegionRows {
  const load = (series: UserLatencyDto["series"][number]): number =>
    series.points.reduce((sum, point) => sum + (point.requestsPerSecond ?? 0), 0);
  const chosen = [...latency.series].sort((a, b) => load(b) - load(a)).slice(0, regionsMax);
  const rows = new Map<number, Record<string, number | null>>();
  for (const { region, points } of chosen)
    for (const point of points) rows.set(Date.parse(point.at), { ...rows.get(Date.parse(point.at)), [region]: of(point) });
  return {
    regions: chosen.map((series) => series.region),
    rows: sinceFirst([...rows].sort(([a], [b]) => a - b).map(([at, row]) => ({ at, ...row }))),
  };
}
