import type pg from "pg";
import { merge, quantile, shareWithin } from "./domain/histogram.ts";

const MINUTE_MS = 60_000;
/** Gateways report every ten seconds: the newest bucket is still filling. */
const BUCKET_MS = 10_000;

/** The last whole minute, seen by the gateway: what each component answered, what each link carried, how many users were well served. */
export interface LastMinute {
  readonly from: string;
  readonly to: string;
  readonly components: readonly {
    readonly component: string;
    readonly requestsPerSecond: number;
    readonly errorRate: number | null;
    readonly latencyMs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  }[];
  /** From the entry that took the requests to the data centre that served them; pairs within one place are left out. */
  readonly links: readonly { readonly from: string; readonly to: string; readonly requestsPerSecond: number }[];
  /** Share of users' requests answered within their component's p95 target; null where no target was asked of anybody. */
  readonly usersInTargetShare: number | null;
}

interface Row {
  component_key: string;
  entry: string;
  data_center: string | null;
  is_user: boolean;
  requests: string;
  errors: string;
  counts: number[];
}

/** `targets`: p95 target in ms by component. */
export async function readLastMinute(pool: pg.Pool, now: Date, targets: ReadonlyMap<string, number>): Promise<LastMinute> {
  const to = new Date(Math.floor(now.getTime() / BUCKET_MS) * BUCKET_MS);
  const from = new Date(to.getTime() - MINUTE_MS);
  const { rows } = await pool.query<Row>(
    `select component_key, entry, data_center, is_user, sum(requests) as requests, sum(errors) as errors, geostitch_sum_counts(counts) as counts
     from traffic_sample where at >= $1 and at < $2 group by 1, 2, 3, 4`,
    [from, to],
  );
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    components: [...groupBy(rows, (row) => row.component_key)].map(([component, group]) => ({ component, ...figuresOf(group) })),
    links: [...groupBy(rows, pairOf)]
      .filter(([pair]) => pair !== "")
      .map(([pair, group]) => {
        const [entry = "", place = ""] = pair.split("\n");
        return { from: entry, to: place, requestsPerSecond: sumOf(group, "requests") / (MINUTE_MS / 1000) };
      }),
    usersInTargetShare: shareInTarget(rows, targets),
  };
}

const pairOf = ({ entry, data_center: place }: Row): string => (place === null || place === entry ? "" : `${entry}\n${place}`);

const sumOf = (rows: readonly Row[], what: "requests" | "errors"): number =>
  rows.reduce((sum, row) => sum + Number(row[what]), 0);

function figuresOf(rows: readonly Row[]) {
  const counts = rows.reduce<readonly number[]>((sum, row) => merge(sum, row.counts), []);
  const requests = sumOf(rows, "requests");
  return {
    requestsPerSecond: requests / (MINUTE_MS / 1000),
    errorRate: requests === 0 ? null : sumOf(rows, "errors") / requests,
    latencyMs: { p50: quantile(counts, 0.5), p95: quantile(counts, 0.95), p99: quantile(counts, 0.99) },
  };
}

function shareInTarget(rows: readonly Row[], targets: ReadonlyMap<string, number>): number | null {
  const users = rows.filter((row) => row.is_user && targets.has(row.component_key));
  const requests = sumOf(users, "requests");
  if (requests === 0) return null;
  const within = users.reduce(
    (sum, row) => sum + (shareWithin(row.counts, targets.get(row.component_key) ?? 0) ?? 0) * Number(row.requests),
    0,
  );
  return within / requests;
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
