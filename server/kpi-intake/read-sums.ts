import type pg from "pg";
import { tableOf, type Facet, type Level } from "./domain/facets.ts";
import { unpackCounts } from "./domain/packed-counts.ts";
import { finestStepMs, piecesOf, type Reach } from "./domain/resolution.ts";

/** What is asked of one facet. */
export interface SumsQuery<Key extends string> {
  readonly facet: Facet;
  /** Key columns to group by, beside the step. */
  readonly by: readonly Key[];
  /** Equal to these; null: any. Names are key columns. */
  readonly only: Readonly<Record<string, string | null>>;
  readonly from: Date;
  readonly to: Date;
  /** Null: the whole range in one sum. */
  readonly stepSeconds: number | null;
  /** False: without histograms, which are most of what has to be read. */
  readonly latency?: boolean;
}

export interface Sum<Key extends string> {
  readonly key: Readonly<Record<Key, string>>;
  /** Beginning of its step, in ms since 1970; 0 where there are no steps. */
  readonly bucketMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly counts: readonly number[];
  /** Of an instance's CPU: the sum over its samples, and how many there were. */
  readonly cpu: { readonly sum: number; readonly samples: number };
}

type Row = Record<string, string> & {
  bucket: string;
  requests: number;
  errors: number;
  counts: Buffer | null;
  cpu_sum: number | null;
  cpu_samples: number;
};

/**
 * Sums of a facet, each part of the range from the coarsest rows that are exact for it; `known` is its reach, where that is read
 * already. The same key and step may come in several parts.
 */
export async function readSums<Key extends string>(pool: pg.Pool, query: SumsQuery<Key>, known?: Reach): Promise<Sum<Key>[]> {
  const reach = known ?? (await readReach(pool, [query.facet]))[0] ?? UNREACHED;
  const range = { from: query.from.getTime(), to: query.to.getTime() };
  const pieces = piecesOf(range, query.stepSeconds === null ? null : query.stepSeconds * 1000, reach);
  return (await Promise.all(pieces.map((piece) => readPiece(pool, query, piece)))).flat();
}

/** The asked step, or the finest that is still there of this range. */
export const readableStep = (asked: { readonly from: Date; readonly stepSeconds: number }, reach: Reach | undefined): number =>
  finestStepMs(asked.from.getTime(), asked.stepSeconds * 1000, reach ?? UNREACHED) / 1000;

const UNREACHED: Reach = { minutesUntil: 0, hoursUntil: 0, rawSince: 0, minutesSince: 0 };

/** How far the roll-ups of these facets reach, in their order. */
export async function readReach(pool: pg.Pool, facets: readonly Facet[]): Promise<Reach[]> {
  const { rows } = await pool.query<{ name: string; at: Date }>(
    "select level as name, until as at from roll_up_state union all select table_name, since from kept_since",
  );
  const times = new Map(rows.map(({ name, at }) => [name, at.getTime()]));
  const at = (name: string): number => times.get(name) ?? 0;
  return facets.map((facet) => ({
    minutesUntil: at("minute"),
    hoursUntil: at("hour"),
    rawSince: at(tableOf(facet, "raw")),
    minutesSince: at(tableOf(facet, "minute")),
  }));
}

async function readPiece<Key extends string>(
  pool: pg.Pool,
  { facet, by, only, stepSeconds, latency = true }: SumsQuery<Key>,
  piece: { level: Level; from: number; to: number },
): Promise<Sum<Key>[]> {
  const isRaw = piece.level === "raw";
  const expressionOf = (name: string): string => (isRaw ? (facet.keys[name] ?? name) : name);
  const filters = Object.entries(only).filter(([, value]) => value !== null);
  const bucket =
    stepSeconds === null ? "0::float8" : `extract(epoch from date_bin($3 * interval '1 second', at, 'epoch'))::float8`;
  const { rows } = await pool.query<Row>(
    `select ${bucket} as bucket, ${by.map((name) => `${expressionOf(name)} as ${name},`).join(" ")}
       sum(requests)::float8 as requests, sum(errors)::float8 as errors, ${latency ? "string_agg(counts, ''::bytea)" : "null::bytea"} as counts, ${cpuOf(facet, isRaw)}
     from ${tableOf(facet, piece.level)}
     where at >= $1 and at < $2 and ${isRaw ? facet.where : "true"} ${stepSeconds === null ? "and $3::float8 is null" : ""}
       ${filters.map(([name], index) => `and ${isRaw && name === "component_key" ? name : expressionOf(name)} = $${index + 4}`).join(" ")}
     group by ${["bucket", ...by].map((_, index) => index + 1).join(", ")}`,
    [new Date(piece.from), new Date(piece.to), stepSeconds, ...filters.map(([, value]) => value)],
  );
  return rows.map((row) => ({
    key: Object.fromEntries(by.map((name) => [name, row[name]])) as Record<Key, string>,
    bucketMs: Number(row.bucket) * 1000,
    requests: row.requests,
    errors: row.errors,
    counts: row.counts ? unpackCounts(row.counts) : [],
    cpu: { sum: row.cpu_sum ?? 0, samples: row.cpu_samples },
  }));
}

function cpuOf(facet: Facet, isRaw: boolean): string {
  if (facet.name !== "instance") return "null as cpu_sum, 0 as cpu_samples";
  return isRaw
    ? "sum(cpu_millicores) as cpu_sum, count(cpu_millicores)::int as cpu_samples"
    : "sum(cpu_sum) as cpu_sum, sum(cpu_samples)::int as cpu_samples";
}
