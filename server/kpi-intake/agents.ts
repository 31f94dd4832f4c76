import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import { appendAudit } from "../platform/db/audit-trail.ts";
import type { Database } from "../platform/db/client.ts";
import { holdLock } from "../platform/db/locks.ts";
import { newId } from "../platform/ids.ts";
import { randomBytes } from "node:crypto";

/** Agents and their keys: who may send KPIs, and of which components. */
export function createAgents(database: Database) {
  return {
    list: async () => {
      const rows = await database.prisma.agent.findMany({ where: { revokedAt: null }, orderBy: { id: "asc" } });
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        components: row.components as string[],
        createdAt: row.createdAt.toISOString(),
        lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
      }));
    },
    create: async (order: { name: string; components: readonly string[]; actor: Actor; requestId: string | null }) => {
      const id = newId("agt");
      const secret = `whsec_${randomBytes(24).toString("base64")}`;
      const components = [...order.components];
      await database.transaction(async (tx) => {
        // Two orders of one name at once wait for each other here: the second one finds the first one's agent.
        await holdLock(tx, "agents");
        if (await tx.agent.findUnique({ where: { name: order.name } }))
          throw new AppError("conflict", `an agent named ${order.name} exists already`, { code: "exists" });
        await tx.agent.create({ data: { id, name: order.name, components, secret } });
        await appendAudit(tx, {
          actor: order.actor,
          action: "agent.create",
          object: { kind: "Agent", id },
          after: { name: order.name, components },
          requestId: order.requestId,
        });
      });
      return { id, name: order.name, components, secret };
    },
    remove: (order: { id: string; actor: Actor; requestId: string | null }) =>
      database.transaction(async (tx) => {
        const { count } = await tx.agent.deleteMany({ where: { id: order.id } });
        if (count === 0) throw new AppError("not-found", `no agent ${order.id}`);
        await appendAudit(tx, {
          actor: order.actor,
          action: "agent.delete",
          object: { kind: "Agent", id: order.id },
          requestId: order.requestId,
        });
      }),
  };
}
