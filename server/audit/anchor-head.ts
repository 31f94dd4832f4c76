import type { Database } from "../platform/db/client.ts";
import type { AuditAnchors } from "./ports.ts";

/**
 * Keeps the chain's present end outside of the database, unless it is kept already. False, and nothing kept, where the last one
 * kept is no longer part of the chain: what shows that must not be followed by an end that fits.
 */
export async function anchorHead({ prisma }: Database, anchors: AuditAnchors): Promise<boolean> {
  const head = await prisma.auditHead.findFirst({ orderBy: { seq: "desc" } });
  const last = (await anchors.read()).toSorted((a, b) => a.seq - b.seq).at(-1);
  if (last) {
    const entry = await prisma.auditEntry.findUnique({ where: { seq: last.seq } });
    if (entry?.hash !== last.hash) return false;
  }
  if (head && Number(head.seq) > (last?.seq ?? 0)) await anchors.add({ seq: Number(head.seq), hash: head.hash });
  return true;
}
