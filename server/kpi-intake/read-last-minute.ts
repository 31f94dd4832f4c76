import type pg from "pg";
import { figuresOf, FILLING_MS, sumOf, type Seen } from "./domain/figures.ts";
import { shareWithin } from "./domain/histogram.ts";
import { unpackCounts } from "./domain/packed-counts.ts";
import { MINUTE_MS } from "./domain/resolution.ts";

const MINUTE_S = MINUTE_MS / 1000;

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

interface Row extends Seen {
  readonly component_key: string;
  readonly entry: string;
  readonly data_center: string | null;
  readonly is_user: boolean;
}

/** `targets`: p95 target in ms by component. */
export async function readLastMinute(pool: pg.Pool, now: Date, targets: ReadonlyMap<string, number>): Promise<LastMinute> {
  const to = new Date(Math.floor(now.getTime() / FILLING_MS) * FILLING_MS);
  const from = new Date(to.getTime() - MINUTE_MS);
  const answer = await pool.query<Omit<Row, "counts"> & { readonly packed: Buffer }>(
    `select component_key, entry, data_center, is_user, sum(requests)::float8 as requests, sum(errors)::float8 as errors, string_agg(counts, ''::bytea) as packed
     from traffic_sample where at >= $1 and at < $2 group by 1, 2, 3, 4`,
    [from, to],
  );
  const rows = answer.rows.map(({ packed, ...row }): Row => ({ ...row, counts: unpackCounts(packed) }));
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    components: [...Map.groupBy(rows, (row) => row.component_key)].map(([component, group]) => ({
      component,
      ...figuresOf(sumOf(group), MINUTE_S),
    })),
    links: [...Map.groupBy(rows, pairOf)]
      .filter(([pair]) => pair !== "")
      .map(([pair, group]) => {
        const [entry = "", place = ""] = pair.split("\n");
        return { from: entry, to: place, requestsPerSecond: sumOf(group).requests / MINUTE_S };
      }),
    usersInTargetShare: shareInTarget(rows, targets),
  };
}

const pairOf = ({ entry, data_center: place }: Row): string => (place === null || place === entry ? "" : `${entry}\n${place}`);

function shareInTarget(rows: readonly Row[], targets: ReadonlyMap<string, number>): number | null {
  const users = rows.filter((row) => row.is_user && targets.has(row.component_key));
  const { requests } = sumOf(users);
  if (requests === 0) return null;
  const within = users.reduce(
    (sum, row) => sum + (shareWithin(row.counts, targets.get(row.component_key) ?? 0) ?? 0) * row.requests,
    0,
  );
  return within / requests;
}
