import type pg from "pg";
import { auditHash } from "../platform/db/audit-trail.ts";
import type { Database } from "../platform/db/client.ts";
import { findBroken, type ChainProblem, type Head, type Link } from "./domain/find-broken.ts";
import type { AuditAnchors } from "./ports.ts";
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
  readonly problem: ChainProblem | null;
}

export interface AuditReader {
  /** Newest first; `before` is the number of the last entry of the page before. */
  list(page: { limit: number; before: number | null; filter?: AuditFilter }): Promise<AuditView[]>;
  /** Reads every entry and names the first that was edited, deleted, reordered or cut off. */
  verify(): Promise<AuditVerdict>;
}

const PAGE = 2_000;

/** `anchors`: ends of the chain that are kept outside of the database; without them what cuts both tables is not seen. */
export function createAuditReader({ prisma, pool }: Database, anchors: AuditAnchors | null = null): AuditReader {
  return {
    list: async ({ limit, before, filter = {} }) =>
      (
        await prisma.auditEntry.findMany({
          where: whereOf(filter, before),
          orderBy: { seq: "desc" },
          take: limit,
        })
      ).map(({ seq, at, objectKind, objectId, ...rest }) =>
        toView({ ...rest, seq: Number(seq), at, object_kind: objectKind, object_id: objectId }),
      ),
    verify: async () => {
      // Before the entries: what is kept outside tells of nothing newer than they are.
      const outside = (await anchors?.read()) ?? [];
      const { links, heads } = await readChain(pool);
      const broken = findBroken(links, [...heads, ...outside]);
      const head = links.at(-1)?.hash ?? null;
      return {
        ok: broken === null,
        entries: links.length,
        head,
        firstBad: broken?.firstBad ?? null,
        problem: broken?.problem ?? null,
      };
    },
  };
}

interface Row extends Omit<AuditView, "at" | "actor" | "object"> {
  readonly at: Date;
  readonly actor: unknown;
  readonly object_kind: string;
  readonly object_id: string;
}

const toView = ({ at, object_kind: kind, object_id: id, actor, ...rest }: Row): AuditView => ({
  ...rest,
  at: at.toISOString(),
  actor: actor as AuditView["actor"],
  object: { kind, id },
});

/** All of one moment: entries that are added meanwhile would have no recorded end yet. */
async function readChain(pool: pg.Pool): Promise<{ links: Link[]; heads: Head[] }> {
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    const heads = await client.query<Head>("select seq::float8 as seq, hash from audit_head order by seq");
    const links: Link[] = [];
    for (let seq = 0; ;) {
      const { rows } = await client.query<Row>(
        `select seq::float8 as seq, at, actor, action, object_kind, object_id, reason, before, after,
           request_id as "requestId", previous_hash as "previousHash", hash
         from audit_entry where audit_entry.seq > $1 order by audit_entry.seq limit $2`,
        [seq, PAGE],
      );
      links.push(...rows.map((row) => linkOf(toView(row))));
      seq = rows.at(-1)?.seq ?? seq;
      if (rows.length < PAGE) return { links, heads: heads.rows };
    }
  } finally {
    await client.query("rollback").catch(() => undefined);
    client.release();
  }
}

function linkOf({ seq, hash, previousHash, ...content }: AuditView): Link {
  return { seq, hash, previousHash, isSound: auditHash(content, previousHash) === hash };
}
