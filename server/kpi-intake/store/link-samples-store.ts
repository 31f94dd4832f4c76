import type pg from "pg";
import type { LinkSample } from "../domain/link-batch.ts";
import type { Stored } from "../store-port.ts";
import { once } from "./samples-store.ts";

/** Arrays of arrays cannot be unnested, so round trips travel as text of arrays. */
const roundTripsText = (values: readonly number[]): string => `{${values.join(",")}}`;

/** Links are not rolled up, so their minutes are nobody's to make again. */
export function storeLinkSamples(
  pool: pg.Pool,
  delivery: { agent: string; webhookId: string },
  samples: readonly LinkSample[],
): Promise<Stored> {
  const insert = `
    insert into link_sample (at, "from", "to", agent, window_ms, rtt_ms, lost, throughput_mbps)
    select at, start, finish, $1, window_ms, rtt_ms::real[], lost, throughput from taken,
      unnest($4::timestamptz[], $5::text[], $6::text[], $7::int[], $8::text[], $9::int[], $10::float8[])
        as given(at, start, finish, window_ms, rtt_ms, lost, throughput)
    on conflict do nothing`;
  return once(pool, delivery, {
    samples: samples.length,
    times: [],
    insert,
    values: [
      samples.map(({ at }) => at),
      samples.map(({ from }) => from),
      samples.map(({ to }) => to),
      samples.map(({ windowMs }) => windowMs),
      samples.map(({ rttMs }) => roundTripsText(rttMs)),
      samples.map(({ lost }) => lost),
      samples.map(({ throughputMbps }) => throughputMbps),
    ],
  });
}
