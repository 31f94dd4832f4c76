import { randomBytes } from "node:crypto";
import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import { appendAudit } from "../platform/db/audit-trail.ts";
import type { Database } from "../platform/db/client.ts";
import { holdLock } from "../platform/db/locks.ts";
import { newId } from "../platform/ids.ts";
import { createSecretBox } from "../platform/secret-box.ts";

/** How long the key before the last is still good: an agent that is away for a day comes back with it. */
const GRACE_MS = 24 * 3_600_000;

const newKey = (): string => `whsec_${randomBytes(24).toString("base64")}`;

type Seal = (key: string, agent: string) => string;

interface Order {
  readonly actor: Actor;
  readonly requestId: string | null;
}

interface Enrolment extends Order {
  readonly name: string;
  readonly components: readonly string[];
}

interface Rotation extends Order {
  readonly id: string;
  readonly revokeOld: boolean;
}

/** How agents' keys lie in the database: sealed, each for its agent. What was stored before that is read as it is. */
export function createKeySeal(secret: string) {
  const box = createSecretBox(secret, "agent keys");
  return {
    seal: (key: string, agent: string): string => box.seal(key, agent),
    open: (stored: string, agent: string): string | null => (isPlain(stored) ? stored : box.open(stored, agent)),
  };
}

const isPlain = (stored: string): boolean => stored.startsWith("whsec_");

/** Agents and their keys: who may send KPIs, and of which components. `secret` is the installation's own. */
export function createAgents(database: Database, secret: string) {
  const { seal } = createKeySeal(secret);
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
    create: (order: Enrolment) => enrol(database, seal, order),
    rotate: (order: Rotation) => rotateKey(database, seal, order),
    remove: (order: Order & { id: string }) =>
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
    /** Seals keys that were stored before keys were sealed. */
    sealPlainKeys: async () => {
      for (const { id, secret: stored } of await database.prisma.agent.findMany({ where: { secret: { startsWith: "whsec_" } } }))
        await database.prisma.agent.updateMany({ where: { id, secret: stored }, data: { secret: seal(stored, id) } });
    },
  };
}

async function enrol(database: Database, seal: Seal, order: Enrolment) {
  const id = newId("agt");
  const key = newKey();
  const components = [...order.components];
  await database.transaction(async (tx) => {
    // Two orders of one name at once wait for each other here: the second one finds the first one's agent.
    await holdLock(tx, "agents");
    if (await tx.agent.findUnique({ where: { name: order.name } }))
      throw new AppError("conflict", `an agent named ${order.name} exists already`, { code: "exists" });
    await tx.agent.create({ data: { id, name: order.name, components, secret: seal(key, id) } });
    await appendAudit(tx, {
      actor: order.actor,
      action: "agent.create",
      object: { kind: "Agent", id },
      after: { name: order.name, components },
      requestId: order.requestId,
    });
  });
  return { id, name: order.name, components, secret: key };
}

/** The key before it is good for a day more, or until the next rotation, unless it is to end at once. */
async function rotateKey(database: Database, seal: Seal, { id, revokeOld, actor, requestId }: Rotation) {
  const key = newKey();
  const row = await database.transaction(async (tx) => {
    await holdLock(tx, "agents");
    const before = await tx.agent.findUnique({ where: { id } });
    if (!before) throw new AppError("not-found", `no agent ${id}`);
    const now = new Date();
    const previousUntil = revokeOld ? null : new Date(now.getTime() + GRACE_MS);
    await tx.agent.update({
      where: { id },
      data: { secret: seal(key, id), previousSecret: revokeOld ? null : before.secret, previousUntil, rotatedAt: now },
    });
    await appendAudit(tx, {
      actor,
      action: "agent.rotate",
      object: { kind: "Agent", id },
      after: { name: before.name, oldKeyUntil: previousUntil?.toISOString() ?? null },
      requestId,
    });
    return before;
  });
  return { id, name: row.name, components: row.components as string[], secret: key };
}
