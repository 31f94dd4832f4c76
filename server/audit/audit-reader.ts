import type { Database } from "../platform/db/client.ts";
import { auditHash } from "../platform/db/audit-trail.ts";
import { whereOf, type AuditFilter } from "./filter-entries.ts";

export interface AuditView {
  readonly seq: number;
  readonly at: string;
  readonly actor: { kind: "user" | "key" | "system"; id: string | null; name: string; role: string | null };
  readonly action: string;
  readonly object: { kind: string; id: string };
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string | null;
  readonly previousHash: string | null;
  readonly hash: string | null;
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: string | null;
  readonly firstBad: number | null;
  readonly problem: "edited" | "broken-chain" | null;
}

export interface AuditReader {
  /** Newest first; `before` is the number of the last entry of the page before. */
  list(page: { limit: number; before: number | null; filter?: AuditFilter }): Promise<AuditView[]>;
  /** Reads every entry and names the first whose content or place in the chain is not what it was. */
  verify(): Promise<AuditVerdict>;
}

const PAGE = 1_000;

export function createAuditReader({ prisma }: Database): AuditReader {
  const rows = prisma.auditEntry;
  return {
    list: async ({ limit, before, filter = {} }) =>
      (
        await rows.findMany({
          where: whereOf(filter, before),
          orderBy: { seq: "desc" },
          take: limit,
        })
      ).map(toView),
    verify: async () => {
      let previous: string | null = null;
      let entries = 0;
      for (let seq = 0; ;) {
        const page = (await rows.findMany({ where: { seq: { gt: seq } }, orderBy: { seq: "asc" }, take: PAGE })).map(toView);
        for (const entry of page) {
          entries += 1;
          seq = entry.seq;
          const problem = problemOf(entry, previous);
          if (problem) return { ok: false, entries, head: previous, firstBad: entry.seq, problem };
          previous = entry.hash;
        }
        if (page.length < PAGE) return { ok: true, entries, head: previous, firstBad: null, problem: null };
      }
    },
  };
}

function problemOf(entry: AuditView, previous: string | null): AuditVerdict["problem"] {
  if (entry.previousHash !== previous) return "broken-chain";
  const { at, actor, action, object, reason, before, after, requestId } = entry;
  return auditHash({ at, actor, action, object, reason, before, after, requestId }, previous) === entry.hash ? null : "edited";
}

interface Row {
  seq: bigint;
  at: Date;
  actor: unknown;
  action: string;
  objectKind: string;
  objectId: string;
  reason: string | null;
  before: unknown;
  after: unknown;
  requestId: string | null;
  previousHash: string | null;
  hash: string | null;
}

function toView({ seq, at, objectKind, objectId, actor, ...rest }: Row): AuditView {
  return {
    ...rest,
    seq: Number(seq),
    at: at.toISOString(),
    actor: actor as AuditView["actor"],
    object: { kind: objectKind, id: objectId },
  };
}
