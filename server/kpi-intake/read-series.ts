import type pg from "pg";
import { FACETS } from "./domain/facets.ts";
import { figuresOf, FILLING_MS, sumOf, type Seen } from "./domain/figures.ts";
import { MINUTE_MS } from "./domain/resolution.ts";
import { readableStep, readReach, readSums, type Sum } from "./read-sums.ts";

export interface SeriesQuery {
  readonly component: string | null;
  readonly dataCenter?: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
}

/** Sums of one group in one step. */
interface Row extends Seen {
  readonly group: string;
  readonly bucketMs: number;
}

interface Point {
  at: string;
  requestsPerSecond: number | null;
  errorRate: number | null;
  latencyMs: { p50: number | null; p95: number | null; p99: number | null };
}

/** Each group's points; histograms of one step are added, so that a group of groups has true quantiles, too. */
function toSeries(rows: readonly Row[], query: SeriesQuery, groupOf: (row: Row) => string): Map<string, Point[]> {
  const times = steps(query);
  return new Map(
    [...Map.groupBy(rows, groupOf)].map(([name, group]) => {
      const byTime = Map.groupBy(group, ({ bucketMs }) => bucketMs);
      return [name, times.map((at) => toPoint(at, query.stepSeconds, byTime.get(at)))];
    }),
  );
}

function steps({ from, to, stepSeconds }: SeriesQuery): number[] {
  const step = stepSeconds * 1000;
  const first = Math.ceil(from.getTime() / step) * step;
  return Array.from({ length: Math.max(0, Math.ceil((to.getTime() - first) / step)) }, (_, index) => first + index * step);
}

/** A step in which nothing was reported is a gap: null, never 0. */
function toPoint(at: number, stepSeconds: number, rows: readonly Seen[] = []): Point {
  if (rows.length === 0)
    return {
      at: new Date(at).toISOString(),
      requestsPerSecond: null,
      errorRate: null,
      latencyMs: { p50: null, p95: null, p99: null },
    };
  return { at: new Date(at).toISOString(), ...figuresOf(sumOf(rows), stepSeconds) };
}

const rowsOf = <Key extends string>(sums: readonly Sum<Key>[], by: Key): Row[] =>
  sums
    .map(({ key, bucketMs, requests, errors, counts }) => ({ group: key[by], bucketMs, requests, errors, counts }))
    // What nobody served, or came from nowhere, has a count and no series.
    .filter(({ group }) => group !== "")
    .sort((a, b) => (a.group < b.group ? -1 : 1));

/**
 * Series of one component by the data centre that served. The gateway has seen every request that reached it; where it saw
 * none, what agents reported stands, and the CPU is theirs alone to know.
 */
export async function readKpis(pool: pg.Pool, asked: SeriesQuery & { component: string }) {
  const [service, instance] = await readReach(pool, [FACETS.service, FACETS.instance]);
  const query = { ...asked, stepSeconds: readableStep(asked, service) };
  const only = { component_key: query.component, data_center: query.dataCenter ?? null };
  const samplesQuery = { ...query, facet: FACETS.instance, by: ["data_center", "instance"] as const, only };
  const [traffic, samples] = await Promise.all([
    readSums(pool, { ...query, facet: FACETS.service, by: ["data_center"], only }, service),
    readSums(pool, { ...samplesQuery, latency: false }, instance),
  ]);
  const stepOf = (row: { readonly group: string; readonly bucketMs: number }): string => `${row.bucketMs} ${row.group}`;
  const seenByGateway = rowsOf(traffic, "data_center");
  const seen = new Set(seenByGateway.map(stepOf));
  const isUnseen = (row: Row): boolean => !seen.has(stepOf(row));
  // Agents' latencies are asked for only where nothing else is known.
  const reported = rowsOf(samples, "data_center").some(isUnseen)
    ? rowsOf(await readSums(pool, samplesQuery, instance), "data_center").filter(isUnseen)
    : [];
  const cpu = cpuByStep(samples);
  const groups = toSeries([...seenByGateway, ...reported], query, (row) => row.group);
  const series = [...groups].map(([dataCenter, points]) => ({
    dataCenter,
    points: points.map((point) => ({
      ...point,
      cpuMillicores: cpu.get(stepOf({ group: dataCenter, bucketMs: Date.parse(point.at) })) ?? null,
    })),
  }));
  return { component: query.component, ...rangeOf(query), series };
}

const rangeOf = ({ from, to, stepSeconds }: SeriesQuery) => ({ from: from.toISOString(), to: to.toISOString(), stepSeconds });

/** Of all instances of a place together, each by its mean over the step; nothing where no agent measures it. */
function cpuByStep(samples: readonly Sum<"data_center" | "instance">[]): Map<string, number> {
  const byInstance = Map.groupBy(samples, ({ key, bucketMs }) => `${bucketMs} ${key.data_center} ${key.instance}`);
  const cpu = new Map<string, number>();
  for (const parts of byInstance.values()) {
    const [first] = parts;
    const measured = parts.reduce((sum, part) => sum + part.cpu.samples, 0);
    if (!first || measured === 0) continue;
    const step = `${first.bucketMs} ${first.key.data_center}`;
    const mean = parts.reduce((sum, part) => sum + part.cpu.sum, 0) / measured;
    cpu.set(step, (cpu.get(step) ?? 0) + mean);
  }
  return cpu;
}

/** What users felt, by their region; `world` is all of them together, and its last minute in one figure each. */
export async function readUserLatency(pool: pg.Pool, asked: SeriesQuery & { readonly regions: boolean }) {
  const [reach] = await readReach(pool, [FACETS.region]);
  const query = { ...asked, stepSeconds: readableStep(asked, reach) };
  const only = { component_key: query.component, data_center: query.dataCenter ?? null };
  const rows = rowsOf(await readSums(pool, { ...query, facet: FACETS.region, by: ["region"], only }, reach), "region");
  const byRegion = query.regions ? toSeries(rows, query, (row) => row.group) : new Map<string, Point[]>();
  const measuredSeconds = new Set(rows.map(({ bucketMs }) => bucketMs)).size * query.stepSeconds;
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
    ...rangeOf(query),
    series,
    world: { points: world, lastMinute: lastMinute(rows, query) },
  };
}

/** All rows in one figure, histograms added; rates are over the time in which anything was measured. */
function wholeOf(rows: readonly Row[], measuredSeconds: number): Omit<Point, "at"> {
  const { at: _at, ...point } = toPoint(0, measuredSeconds, rows);
  return point;
}

function lastMinute(rows: readonly Row[], { to, stepSeconds }: SeriesQuery): Omit<Point, "at"> {
  const until = to.getTime() - FILLING_MS;
  const recent = rows.filter(({ bucketMs }) => bucketMs < until && bucketMs >= until - MINUTE_MS);
  return wholeOf(recent, new Set(recent.map(({ bucketMs }) => bucketMs)).size * stepSeconds);
}
