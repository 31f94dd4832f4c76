import type pg from "pg";
import { FILLING_MS } from "./domain/figures.ts";
import { unpackCounts } from "./domain/packed-counts.ts";

/** Requests of one component that one entry sent to one place. */
export interface EntryTrafficRow {
  readonly entry: string;
  readonly dataCenter: string;
  readonly requests: number;
  readonly errors: number;
  readonly counts: readonly number[];
}

/**
 * Since the beginning of the bucket that holds `from`, newest reports included; of its users, or of all callers where it has none.
 * What nobody could serve is nobody's.
 */
export async function readEntryTraffic(
  pool: pg.Pool,
  { component, from, to }: { readonly component: string; readonly from: Date; readonly to: Date },
): Promise<EntryTrafficRow[]> {
  const { rows } = await pool.query<{
    entry: string;
    dataCenter: string;
    isUser: boolean;
    requests: number;
    errors: number;
    packed: Buffer;
  }>(
    `select entry, data_center as "dataCenter", is_user as "isUser", sum(requests)::float8 as requests, sum(errors)::float8 as errors,
       string_agg(counts, ''::bytea) as packed
     from traffic_sample where component_key = $1 and at >= $2 and at < $3 and data_center is not null group by 1, 2, 3`,
    [component, new Date(Math.floor(from.getTime() / FILLING_MS) * FILLING_MS), to],
  );
  const users = rows.filter(({ isUser }) => isUser);
  return (users.length > 0 ? users : rows).map(({ packed, isUser: _isUser, ...row }) => ({
    ...row,
    counts: unpackCounts(packed),
  }));
}
