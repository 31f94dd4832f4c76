import { createHash } from "node:crypto";
import type { Actor, Role } from "../platform/actor.ts";
import { appendAudit } from "../platform/db/audit-trail.ts";
import type { Database } from "../platform/db/client.ts";
import { newId, newSecret } from "../platform/ids.ts";
import { isRole } from "./domain/roles.ts";

export interface ApiKeys {
  /** Answers the key itself, shown once; only its hash is kept. */
  create(order: { name: string; role: Role; actor: Actor }): Promise<{ id: string; key: string }>;
  /** Who a key speaks for, or null when it is unknown or revoked. */
  verify(key: string): Promise<Actor | null>;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export function createApiKeys(database: Database): ApiKeys {
  return {
    create: async ({ name, role, actor }) => {
      const key = newSecret("gs_");
      const id = newId("key");
      await database.transaction(async (tx) => {
        await tx.apiKey.create({ data: { id, name, role, hash: sha256(key), hint: key.slice(0, 7) } });
        await appendAudit(tx, { actor, action: "key.create", object: { kind: "ApiKey", id }, after: { name, role } });
      });
      return { id, key };
    },
    verify: async (key) => {
      if (!key.startsWith("gs_") || key.length > 128) return null;
      const row = await database.prisma.apiKey.findUnique({ where: { hash: sha256(key) } });
      if (!row || row.revokedAt !== null || !isRole(row.role)) return null;
      return { kind: "key", id: row.id, name: row.name, role: row.role };
    },
  };
}
