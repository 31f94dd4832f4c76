import { cellToLatLng, cellToParent } from "h3-js";
import type pg from "pg";
import { figuresOf, FILLING_MS, MINUTE_MS } from "./domain/figures.ts";
import { merge, quantile } from "./domain/histogram.ts";
import { readSamples } from "./read-samples.ts";

export interface SeriesQuery {
  readonly component: string | null;
  readonly dataCenter?: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
}

interface Row {
  group: string;
  bucket: Date;
  requests: string;
  errors: string;
  counts: number[];
}

interface Point {
  at: string;
  requestsPerSecond: number | null;
  errorRate: number | null;
  latencyMs: { p50: number | null; p95: number | null; p99: number | null };
}

/** Sums of a grouping over steps of the range; `by` is a column of ours, never text from outside. */
async function readSums(pool: pg.Pool, by: "data_center" | "region", query: SeriesQuery, usersOnly: boolean): Promise<Row[]> {
  const { component, dataCenter = null, from, to, stepSeconds } = query;
  const { rows } = await pool.query<Row>(
    `select ${by} as group, date_bin($3 * interval '1 second', at, 'epoch'::timestamptz) as bucket, sum(requests) as requests, sum(errors) as errors, geostitch_sum_counts(counts) as counts
     from traffic_sample
     where at >= $1 and at < $2 and ($4::text is null or component_key = $4) and ($5::text is null or data_center = $5) and (not $6 or is_user) and ${by} is not null
     group by 1, 2 order by 1, 2`,
    [from, to, stepSeconds, component, dataCenter, usersOnly],
  );
  return rows;
}

/** Each group's points; histograms of one step are added, so that a group of groups has true quantiles, too. */
function toSeries(rows: readonly Row[], query: SeriesQuery, groupOf: (row: Row) => string): Map<string, Point[]> {
  const groups = new Map<string, Map<number, Row>>();
  for (const row of rows) {
    const group = groups.get(groupOf(row)) ?? new Map<number, Row>();
    const before = group.get(row.bucket.getTime());
    groups.set(groupOf(row), group.set(row.bucket.getTime(), before ? sumOf(before, row) : row));
  }
  const times = steps(query);
  return new Map([...groups].map(([name, byTime]) => [name, times.map((at) => toPoint(at, query.stepSeconds, byTime.get(at)))]));
}

const sumOf = (a: Row, b: Row): Row => ({
  ...a,
  requests: String(Number(a.requests) + Number(b.requests)),
  errors: String(Number(a.errors) + Number(b.errors)),
  counts: merge(a.counts, b.counts),
});

function steps({ from, to, stepSeconds }: SeriesQuery): number[] {
  const step = stepSeconds * 1000;
  const first = Math.ceil(from.getTime() / step) * step;
  return Array.from({ length: Math.max(0, Math.ceil((to.getTime() - first) / step)) }, (_, index) => first + index * step);
}

/** A step in which nothing was reported is a gap: null, never 0. */
function toPoint(at: number, stepSeconds: number, row: Row | undefined): Point {
  if (!row)
    return {
      at: new Date(at).toISOString(),
      requestsPerSecond: null,
      errorRate: null,
      latencyMs: { p50: null, p95: null, p99: null },
    };
  return { at: new Date(at).toISOString(), ...figuresOf(row, stepSeconds) };
}

/**
 * Series of one component by the data centre that served. The gateway has seen every request that reached it; where it saw
 * none, what agents reported stands, and the CPU is theirs alone to know.
 */
export async function readKpis(pool: pg.Pool, query: SeriesQuery & { component: string }) {
  const [traffic, samples] = await Promise.all([readSums(pool, "data_center", query, false), readSamples(pool, query)]);
  const stepOf = (row: Pick<Row, "group" | "bucket">): string => `${row.bucket.toISOString()} ${row.group}`;
  const seen = new Set(traffic.map(stepOf));
  const cpu = new Map(samples.map((sample) => [stepOf(sample), sample.cpuMillicores]));
  const groups = toSeries([...traffic, ...samples.filter((sample) => !seen.has(stepOf(sample)))], query, (row) => row.group);
  const series = [...groups].map(([dataCenter, points]) => ({
    dataCenter,
    points: points.map((point) => ({ ...point, cpuMillicores: cpu.get(`${point.at} ${dataCenter}`) ?? null })),
  }));
  return {
    component: query.component,
    from: query.from.toISOString(),
    to: query.to.toISOString(),
    stepSeconds: query.stepSeconds,
    series,
  };
}

/** What users felt, by their region; `world` is all of them together, and its last minute in one figure each. */
export async function readUserLatency(pool: pg.Pool, query: SeriesQuery & { readonly regions: boolean }) {
  const rows = await readSums(pool, "region", query, true);
  const byRegion = query.regions ? toSeries(rows, query, (row) => row.group) : new Map<string, Point[]>();
  const measuredSeconds = new Set(rows.map(({ bucket }) => bucket.getTime())).size * query.stepSeconds;
  const series = [...byRegion].map(([region, points]) => ({
    region,
    points,
    whole: wholeOf(
      rows.filter((row) => row.group === region),
      measuredSeconds,
    ),
  }));
  const world = toSeries(rows, query, () => "world").get("world") ?? [];
  return {
    component: query.component,
    from: query.from.toISOString(),
    to: query.to.toISOString(),
    stepSeconds: query.stepSeconds,
    series,
    world: { points: world, lastMinute: lastMinute(rows, query) },
  };
}

/** All rows in one figure, histograms added; rates are over the time in which anything was measured. */
function wholeOf([first, ...others]: readonly Row[], measuredSeconds: number): Omit<Point, "at"> {
  const { at: _at, ...point } = toPoint(0, measuredSeconds, first && others.reduce(sumOf, first));
  return point;
}

function lastMinute(rows: readonly Row[], { to, stepSeconds }: SeriesQuery): Omit<Point, "at"> {
  const until = to.getTime() - FILLING_MS;
  const recent = rows.filter(({ bucket }) => bucket.getTime() < until && bucket.getTime() >= until - MINUTE_MS);
  return wholeOf(recent, new Set(recent.map(({ bucket }) => bucket.getTime())).size * stepSeconds);
}

interface CellRow {
  cell: string | null;
  country: string | null;
  requests: string;
  counts: number[];
}

interface Sum {
  requests: number;
  counts: readonly number[];
  country: string | null;
}

/** Users by H3 cell of the asked resolution and by country; cells are where users are, not who. */
export async function readDensity(pool: pg.Pool, query: { from: Date; to: Date; resolution: number; component: string | null }) {
  const { rows } = await pool.query<CellRow>(
    `select cell, country, sum(requests) as requests, geostitch_sum_counts(counts) as counts from traffic_sample
     where at >= $1 and at < $2 and is_user and ($3::text is null or component_key = $3) group by 1, 2`,
    [query.from, query.to, query.component],
  );
  const placed = rows.filter((row) => row.cell !== null);
  const cells = sumBy(placed, (row) => cellToParent(row.cell ?? "", query.resolution));
  const countries = sumBy(
    rows.filter((row) => row.country !== null),
    (row) => row.country ?? "",
  );
  const latency = (sum: Sum) => ({ p50: quantile(sum.counts, 0.5), p95: quantile(sum.counts, 0.95) });
  return {
    from: query.from.toISOString(),
    to: query.to.toISOString(),
    resolution: query.resolution,
    cells: [...cells].map(([h3, sum]) => {
      const [latitude, longitude] = cellToLatLng(h3);
      return { h3, country: sum.country, latitude, longitude, requests: sum.requests, latencyMs: latency(sum) };
    }),
    countries: [...countries].map(([country, sum]) => ({ country, requests: sum.requests, latencyMs: latency(sum) })),
    unplaced: { requests: rows.filter((row) => row.cell === null).reduce((total, row) => total + Number(row.requests), 0) },
  };
}

function sumBy(rows: readonly CellRow[], key: (row: CellRow) => string): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const before = sums.get(key(row));
    sums.set(key(row), {
      requests: (before?.requests ?? 0) + Number(row.requests),
      counts: merge(before?.counts ?? [], row.counts),
      country: before?.country ?? row.country,
    });
  }
  return sums;
}

/** What a component's users got between two times, in one figure each; for the watch after a move. */
export async function readServiceView(pool: pg.Pool, query: { component: string; since: Date; until: Date }) {
  const { rows } = await pool.query<{ requests: string | null; errors: string | null; counts: number[] | null }>(
    "select sum(requests) as requests, sum(errors) as errors, geostitch_sum_counts(counts) as counts from traffic_sample where component_key = $1 and at >= $2 and at < $3",
    [query.component, query.since, query.until],
  );
  const [row] = rows;
  return {
    requests: Number(row?.requests ?? 0),
    errors: Number(row?.errors ?? 0),
    latencyMsP95: quantile(row?.counts ?? [], 0.95),
  };
}
