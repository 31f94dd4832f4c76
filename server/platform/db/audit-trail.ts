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

interface Tail {
  readonly at: Date;
  readonly seq: bigint | null;
  readonly hash: string | null;
}

/**
 * The entries of one change, chained in their order; the end of the chain is read once for all of them, and its new end is
 * recorded apart from the table. Numbers have no gaps, so that a missing one tells what was removed; where the table was cut,
 * the record of its end goes on counting and the gap stays.
 */
export async function appendAudits(tx: Tx, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await holdLock(tx, "auditOrder");
  const [tail] = await tx.$queryRaw<Tail[]>`
    select clock_timestamp()::timestamptz(3) as at, seq, hash from (select 1) one left join (
      (select seq, hash from audit_head order by seq desc limit 1) union all
      (select seq, hash from audit_entry order by seq desc limit 1) order by seq desc limit 1) tail on true`;
  const at = tail?.at ?? new Date(0);
  let end = { seq: tail?.seq ?? 0n, hash: tail?.hash ?? null };
  const data = entries.map((entry) => {
    const row = toRow(entry, at, end);
    end = row;
    return row;
  });
  await tx.auditEntry.createMany({ data });
  await tx.auditHead.create({ data: { seq: end.seq, hash: end.hash ?? "", at } });
}

function toRow(entry: NewAuditEntry, at: Date, end: { readonly seq: bigint; readonly hash: string | null }) {
  // As the columns will hold it: a date is text there, and what is undefined is not there at all.
  const plain = (value: unknown): unknown => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown));
  const content = {
    at: at.toISOString(),
    actor: entry.actor,
    action: entry.action,
    object: entry.object,
    reason: entry.reason ?? null,
    before: plain(entry.before),
    after: plain(entry.after),
    requestId: entry.requestId ?? null,
  };
  return {
    seq: end.seq + 1n,
    at,
    actor: { ...entry.actor },
    action: content.action,
    objectKind: content.object.kind,
    objectId: content.object.id,
    reason: content.reason,
    before: toJson(content.before),
    after: toJson(content.after),
    requestId: content.requestId,
    previousHash: end.hash,
    hash: auditHash(content, end.hash),
  };
}
