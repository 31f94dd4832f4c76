import type pg from "pg";
import { figuresOf, FILLING_MS } from "./domain/figures.ts";
import { unpackCounts } from "./domain/packed-counts.ts";

/** Users' requests to one component that came in at one entry and were answered from one place. The gateway's view. */
export interface UserFlow {
  readonly component: string;
  readonly entry: string;
  /** Null: no instance could serve. */
  readonly dataCenter: string | null;
  readonly requestsPerSecond: number;
  readonly errorRate: number | null;
  readonly latencyMsP95: number | null;
}

interface Row {
  readonly component_key: string;
  readonly entry: string;
  readonly data_center: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly packed: Buffer;
}

/** Where users went in the `spanMs` before the bucket that is still filling. */
export async function readUserFlows(pool: pg.Pool, now: Date, spanMs: number): Promise<readonly UserFlow[]> {
  const to = new Date(Math.floor(now.getTime() / FILLING_MS) * FILLING_MS);
  const { rows } = await pool.query<Row>(
    `select component_key, entry, data_center, sum(requests)::float8 as requests, sum(errors)::float8 as errors, string_agg(counts, ''::bytea) as packed
     from traffic_sample where at >= $1 and at < $2 and is_user group by 1, 2, 3`,
    [new Date(to.getTime() - spanMs), to],
  );
  return rows.map(({ component_key: component, entry, data_center: dataCenter, packed, ...seen }) => {
    const { latencyMs, ...figures } = figuresOf({ ...seen, counts: unpackCounts(packed) }, spanMs / 1000);
    return { component, entry, dataCenter, ...figures, latencyMsP95: latencyMs.p95 };
  });
}
