import type { IncomingMessage } from "node:http";
import type pg from "pg";
import type { KpiSample } from "./domain/kpi-batch.ts";
import { Refusal } from "./refusal.ts";
import { isSigned } from "./signature.ts";
import type { PlacedSample } from "./store-port.ts";

export interface Sender {
  readonly gateway: boolean;
  readonly components: readonly string[];
}

export interface SenderDeps {
  readonly pool: pg.Pool;
  readonly gatewaySecret: string;
  /** A stored key of that agent in the clear; null where it cannot be opened. */
  readonly openKey: (stored: string, agent: string) => string | null;
}

/** A header's one value; what comes twice is nobody's. */
export const single = (value: string | string[] | undefined): string => (Array.isArray(value) ? "" : (value ?? ""));

/** One same answer for everything that is wrong with a signature: it must not teach. */
const unauthenticated = (): Refusal =>
  new Refusal(401, "unauthenticated", "expected a valid Standard Webhooks signature of a known agent, within 300 s");

interface KeyRow {
  readonly secret: string;
  readonly previous_secret: string | null;
  readonly components: string[];
}

/** Who sent this, by a key in force: the present one, or the one before it in its grace. Asked anew each time, so a revoked key ends at once. */
export async function authenticate(deps: SenderDeps, agent: string, incoming: IncomingMessage, raw: Buffer): Promise<Sender> {
  if (agent === "gateway") {
    if (!verifies(deps.gatewaySecret, incoming, raw)) throw unauthenticated();
    return { gateway: true, components: [] };
  }
  const { rows } = await deps.pool.query<KeyRow>(
    `select secret, case when previous_until > now() then previous_secret end as previous_secret, components
     from agent where id = $1 and revoked_at is null`,
    [agent],
  );
  const [row] = rows;
  const stored = row ? [row.secret, row.previous_secret] : [];
  const keys = stored.map((key) => (key === null ? null : deps.openKey(key, agent)));
  if (!row || !keys.some((key) => key !== null && verifies(key, incoming, raw))) throw unauthenticated();
  return { gateway: false, components: row.components };
}

function verifies(secret: string, { headers }: IncomingMessage, raw: Buffer): boolean {
  const [id = "", timestamp = "", signature = ""] = [
    headers["webhook-id"],
    headers["webhook-timestamp"],
    headers["webhook-signature"],
  ].map(single);
  return isSigned({ id, timestamp, signature, raw }, secret, new Date());
}

/** An instance must be one of this agent's components; its place is the registry's to say. */
export async function placeSamples(
  pool: pg.Pool,
  components: readonly string[],
  samples: readonly KpiSample[],
): Promise<PlacedSample[]> {
  const names = [...new Set(samples.map((sample) => sample.instance))];
  const { rows } = await pool.query<{ name: string; component_key: string; data_center: string }>(
    "select name, component_key, data_center from instance where name = any($1)",
    [names],
  );
  const known = new Map(rows.map((row) => [row.name, row]));
  return samples.map((sample, index) => {
    const row = known.get(sample.instance);
    if (!row || !components.includes(row.component_key))
      throw new Refusal(403, "instance", `data.samples.${index}.instance: ${sample.instance.slice(0, 100)} is not this agent's`);
    return { ...sample, component: row.component_key, dataCenter: row.data_center };
  });
}
