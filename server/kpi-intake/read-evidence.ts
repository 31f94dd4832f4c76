import type pg from "pg";

/** What one gateway entry reported of one kind of requests; several rows of one bucket add up. */
export interface TrafficRow {
  readonly at: Date;
  readonly component: string;
  readonly entry: string;
  /** Null: no instance could serve. */
  readonly dataCenter: string | null;
  readonly isUser: boolean;
  readonly region: string | null;
  readonly cell: string | null;
  readonly requests: number;
  readonly errors: number;
  /** Packed (`domain/packed-counts.ts`). */
  readonly counts: Uint8Array;
}

/** What one agent reported of its instance in one window. */
export interface InstanceRow {
  readonly at: Date;
  readonly component: string;
  readonly dataCenter: string;
  readonly instance: string;
  readonly windowMs: number;
  readonly requests: number;
  readonly errors: number;
  /** Packed (`domain/packed-counts.ts`). */
  readonly counts: Uint8Array;
  readonly cpuMillicores: number | null;
  readonly memoryMiB: number | null;
}

/** Rows as they were stored, newest evidence included: whoever decides adds them up itself, again and again, without asking twice. */
export async function readTrafficRows(pool: pg.Pool, from: Date, to: Date): Promise<TrafficRow[]> {
  const { rows } = await pool.query<TrafficRow>(
    `select at, component_key as component, entry, data_center as "dataCenter", is_user as "isUser", region, cell, requests, errors, counts
     from traffic_sample where at >= $1 and at < $2`,
    [from, to],
  );
  return rows;
}

export async function readInstanceRows(pool: pg.Pool, from: Date, to: Date): Promise<InstanceRow[]> {
  const { rows } = await pool.query<InstanceRow>(
    `select at, component_key as component, data_center as "dataCenter", instance, window_ms as "windowMs", requests, errors, counts,
       cpu_millicores as "cpuMillicores", memory_mib as "memoryMiB"
     from kpi_sample where at >= $1 and at < $2`,
    [from, to],
  );
  return rows;
}
