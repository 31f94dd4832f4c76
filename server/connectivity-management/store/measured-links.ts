import type pg from "pg";
import type { MeasuredLink, MeasuredLinks } from "../ports.ts";

interface Row {
  readonly from: string;
  readonly to: string;
  readonly bucket: Date;
  readonly rttMsMin: number | null;
  /** Median of the agents' own medians. */
  readonly typical: number | null;
  /** p50 and p95. */
  readonly quantiles: readonly [number, number] | null;
  readonly jitterMs: number | null;
  readonly lost: number;
  readonly probes: number;
  readonly throughputMbps: number | null;
  readonly lastAt: Date;
}

interface Question {
  readonly since: Date;
  readonly until: Date;
  readonly stepSeconds: number;
  /** Where steps begin. */
  readonly origin: Date;
  /** Null: every pair. */
  readonly pair: { readonly from: string; readonly to: string } | null;
}

/** Quantiles and jitter are of the probes themselves, not of windows of them. */
async function read(pool: pg.Pool, { since, until, stepSeconds, origin, pair }: Question): Promise<readonly Row[]> {
  const { rows } = await pool.query<Row>(
    `with sample as (
       select "from", "to", agent, at, window_ms, rtt_ms, lost, throughput_mbps, date_bin($3 * interval '1 second', at, $4) as bucket
       from link_sample
       where at >= $1 and at < $2 and ($5::text is null or "from" = $5) and ($6::text is null or "to" = $6)),
     probe as (
       select "from", "to", agent, bucket, rtt,
         abs(rtt - lag(rtt) over (partition by "from", "to", bucket order by at, place)) as change
       from sample, unnest(rtt_ms) with ordinality as entry(rtt, place)),
     round_trip as (
       select "from", "to", bucket, min(rtt)::float8 as rtt_min, avg(change)::float8 as jitter,
         percentile_cont(array[0.5, 0.95]) within group (order by rtt::float8) as quantiles
       from probe group by 1, 2, 3),
     by_agent as (
       select "from", "to", bucket, percentile_cont(0.5) within group (order by rtt::float8) as median
       from probe group by "from", "to", bucket, agent),
     agreed as (
       select "from", "to", bucket, percentile_cont(0.5) within group (order by median) as typical from by_agent group by 1, 2, 3),
     whole as (
       select "from", "to", bucket, sum(lost)::int as lost, (sum(lost) + sum(cardinality(rtt_ms)))::int as probes,
         percentile_cont(0.5) within group (order by throughput_mbps::float8) as throughput,
         max(at + window_ms * interval '1 millisecond') as last_at
       from sample group by 1, 2, 3)
     select "from", "to", bucket, rtt_min as "rttMsMin", typical, quantiles, jitter as "jitterMs", lost, probes,
       throughput as "throughputMbps", last_at as "lastAt"
     from whole left join round_trip using ("from", "to", bucket) left join agreed using ("from", "to", bucket)
     order by "from", "to", bucket`,
    [since, until, stepSeconds, origin, pair?.from ?? null, pair?.to ?? null],
  );
  return rows.map((row) => ({
    ...row,
    rttMsMin: rounded(row.rttMsMin),
    typical: rounded(row.typical),
    quantiles: row.quantiles && [rounded(row.quantiles[0]), rounded(row.quantiles[1])],
    jitterMs: rounded(row.jitterMs),
    throughputMbps: rounded(row.throughputMbps),
  }));
}

const shareOf = ({ lost, probes }: Row): number => (probes === 0 ? 0 : lost / probes);
const EPOCH = new Date(0);

/** The database keeps single precision: digits that it made up are taken off. */
const rounded = <T extends number | null>(value: T): T => (value === null ? value : Math.round(value * 1000) / 1000) as T;

/** What agents saw of the links, in PostgreSQL (`kpi-intake/store/link-samples-store.ts` writes it). */
export function createMeasuredLinks(pool: pg.Pool): MeasuredLinks {
  return {
    within: async (since, until) => {
      const stepSeconds = Math.ceil((until.getTime() - since.getTime()) / 1000);
      return (await read(pool, { since, until, stepSeconds, origin: since, pair: null })).flatMap(toLink);
    },
    steps: async (since, until, stepSeconds) => {
      const rows = await read(pool, { since, until, stepSeconds, origin: EPOCH, pair: null });
      return rows.map(({ bucket, from, to, quantiles, probes, lost }) => ({
        at: bucket,
        from,
        to,
        rttMsP50: quantiles?.[0] ?? null,
        probes,
        lost,
      }));
    },
    over: async ({ from, to, since, until, stepSeconds }) => {
      const rows = await read(pool, { since, until, stepSeconds, origin: EPOCH, pair: { from, to } });
      return rows.map((row) => ({
        at: row.bucket,
        rttMsP50: row.quantiles?.[0] ?? null,
        rttMsP95: row.quantiles?.[1] ?? null,
        jitterMs: row.jitterMs,
        lossShare: shareOf(row),
        throughputMbps: row.throughputMbps,
      }));
    },
  };
}

function toLink(row: Row): MeasuredLink[] {
  const { from, to, rttMsMin, typical, quantiles, jitterMs, throughputMbps, probes, lastAt } = row;
  if (rttMsMin === null || quantiles === null || typical === null) return [];
  const [rttMsP50, rttMsP95] = quantiles;
  const lossShare = shareOf(row);
  const spread = { rttMsMin, rttMsP50, rttMsP95, rttMsTypical: typical, jitterMs: jitterMs ?? 0 };
  return [{ from, to, ...spread, lossShare, throughputMbps, probes, lastAt }];
}
