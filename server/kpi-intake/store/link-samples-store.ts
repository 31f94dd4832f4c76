import type pg from "pg";
import type { LinkSample } from "../domain/link-batch.ts";
import type { Stored } from "../store-port.ts";
import { once } from "./samples-store.ts";

/** Arrays of arrays cannot be unnested, so round trips travel as text of arrays. */
const roundTripsText = (values: readonly number[]): string => `{${values.join(",")}}`;

export function storeLinkSamples(
  pool: pg.Pool,
  delivery: { agent: string; webhookId: string },
  samples: readonly LinkSample[],
): Promise<Stored> {
  return once(pool, delivery, async (client) => {
    if (samples.length === 0) return 0;
    await client.query(
      `insert into link_sample (at, "from", "to", agent, window_ms, rtt_ms, lost, throughput_mbps)
       select at, start, finish, $2, window_ms, rtt_ms::real[], lost, throughput
       from unnest($1::timestamptz[], $3::text[], $4::text[], $5::int[], $6::text[], $7::int[], $8::float8[])
         as t(at, start, finish, window_ms, rtt_ms, lost, throughput)
       on conflict do nothing`,
      [
        samples.map(({ at }) => at),
        delivery.agent,
        samples.map(({ from }) => from),
        samples.map(({ to }) => to),
        samples.map(({ windowMs }) => windowMs),
        samples.map(({ rttMs }) => roundTripsText(rttMs)),
        samples.map(({ lost }) => lost),
        samples.map(({ throughputMbps }) => throughputMbps),
      ],
    );
    return samples.length;
  });
}
