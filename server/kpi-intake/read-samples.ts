import type pg from "pg";

/** What agents reported of one data centre in one step. */
export interface SampleSum {
  readonly group: string;
  readonly bucket: Date;
  readonly requests: string;
  readonly errors: string;
  readonly counts: number[];
  /** Of all instances together, each by its mean over the step; null where no agent measures it. */
  readonly cpuMillicores: number | null;
}

export interface SamplesQuery {
  readonly component: string;
  readonly dataCenter?: string | null;
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
}

/** Sums over steps of the range, by data centre. Counts are added as floating point: an agent may report any number of requests. */
export async function readSamples(pool: pg.Pool, query: SamplesQuery): Promise<SampleSum[]> {
  const { component, dataCenter = null, from, to, stepSeconds } = query;
  const { rows } = await pool.query<SampleSum>(
    `with sample as (
       select data_center, instance, date_bin($3 * interval '1 second', at, 'epoch'::timestamptz) as bucket, requests, errors, counts, cpu_millicores
       from kpi_sample
       where at >= $1 and at < $2 and component_key = $4 and ($5::text is null or data_center = $5)),
     by_instance as (
       select data_center, bucket, sum(requests) as requests, sum(errors) as errors, avg(cpu_millicores) as cpu
       from sample group by data_center, bucket, instance),
     by_place as (
       select data_center, bucket, sum(requests) as requests, sum(errors) as errors, sum(cpu) as cpu from by_instance group by 1, 2),
     by_bound as (
       select data_center, bucket, place, sum(count)::float8 as count
       from sample, unnest(counts) with ordinality as entry(count, place) group by 1, 2, 3)
     select by_place.data_center as group, by_place.bucket, requests, errors, cpu as "cpuMillicores",
       (select array_agg(count order by place) from by_bound
        where by_bound.data_center = by_place.data_center and by_bound.bucket = by_place.bucket) as counts
     from by_place order by 1, 2`,
    [from, to, stepSeconds, component, dataCenter],
  );
  return rows;
}
