import type pg from "pg";
import type { LinkSample } from "./domain/link-batch.ts";

/** Why a sample may not be taken: `foreign` is no link of this agent's, `unknown` ends at no place. */
export interface RefusedLink {
  readonly kind: "foreign" | "unknown";
  readonly path: string;
  readonly message: string;
}

/** An agent measures only what begins at a place where one of its components runs. Null: all of the samples are good. */
export async function findRefusedLink(
  pool: pg.Pool,
  components: readonly string[],
  samples: readonly LinkSample[],
): Promise<RefusedLink | null> {
  const { rows } = await pool.query<{ name: string; is_own: boolean }>(
    `select name, exists (select 1 from instance where data_center = data_center.name and component_key = any($1)) as is_own
     from data_center where name = any($2)`,
    [components, [...new Set(samples.flatMap(({ from, to }) => [from, to]))]],
  );
  const isOwn = new Map(rows.map((row) => [row.name, row.is_own]));
  for (const [index, { from, to }] of samples.entries()) {
    const at = `data.samples.${index}`;
    if (isOwn.get(from) !== true)
      return { kind: "foreign", path: `${at}.from`, message: `no component of this agent runs at ${from.slice(0, 100)}` };
    if (!isOwn.has(to)) return { kind: "unknown", path: `${at}.to`, message: `no data centre ${to.slice(0, 100)}` };
  }
  return null;
}
