import { createHash } from "node:crypto";
import type { Actor } from "../actor.ts";
import { toJson, type Tx } from "./client.ts";
import { holdLock } from "./locks.ts";

export interface NewAuditEntry {
  readonly actor: Actor;
  /** `kind.verb`, such as `component.apply`, `migration.abort`. */
  readonly action: string;
  readonly object: { readonly kind: string; readonly id: string };
  readonly reason?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly requestId?: string | null;
}

/** JSON with its keys in order, so that the same content always has the same hash. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** SHA-256 over the entry and its predecessor's hash. */
export function auditHash(entry: Readonly<Record<string, unknown>>, previousHash: string | null): string {
  return createHash("sha256")
    .update(canonicalJson({ ...entry, previousHash }))
    .digest("hex");
}

/** Writes an entry in the transaction of the change it tells of: either both are there, or neither. */
export const appendAudit = (tx: Tx, entry: NewAuditEntry): Promise<void> => appendAudits(tx, [entry]);

/** The entries of one change, chained in their order; the end of the chain is read once for all of them. */
export async function appendAudits(tx: Tx, entries: readonly NewAuditEntry[]): Promise<void> {
  await holdLock(tx, "auditOrder");
  const [last] = await tx.$queryRaw<
    { hash: string | null; at: Date }[]
  >`select hash, clock_timestamp()::timestamptz(3) as at from (select 1) one left join (select hash from audit_entry order by seq desc limit 1) entry on true`;
  const at = last?.at ?? new Date(0);
  let previousHash = last?.hash ?? null;
  const data = entries.map((entry) => {
    const row = toRow(entry, at, previousHash);
    previousHash = row.hash;
    return row;
  });
  await tx.auditEntry.createMany({ data });
}

function toRow(entry: NewAuditEntry, at: Date, previousHash: string | null) {
  const content = {
    at: at.toISOString(),
    actor: entry.actor,
    action: entry.action,
    object: entry.object,
    reason: entry.reason ?? null,
    before: entry.before ?? null,
    after: entry.after ?? null,
    requestId: entry.requestId ?? null,
  };
  return {
    at,
    actor: { ...entry.actor },
    action: content.action,
    objectKind: content.object.kind,
    objectId: content.object.id,
    reason: content.reason,
    before: toJson(content.before),
    after: toJson(content.after),
    requestId: content.requestId,
    previousHash,
    hash: auditHash(content, previousHash),
  };
}
