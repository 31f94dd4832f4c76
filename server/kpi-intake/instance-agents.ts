import { randomBytes } from "node:crypto";
import type { Tx } from "../platform/db/client.ts";
import { newId } from "../platform/ids.ts";

/** An instance that should run, with the agent that stands beside it; null: it has none yet. */
export interface InstanceAgent {
  readonly instance: string;
  readonly component: string;
  readonly dataCenter: string;
  readonly epoch: number;
  readonly agent: { readonly id: string; readonly secret: string } | null;
}

/** How an agent's key lies in the database, and how it is read again; null: it cannot be. */
export interface AgentKeys {
  seal(key: string, agent: string): string;
  open(stored: string, agent: string): string | null;
}

export interface InstanceAgents {
  readonly items: readonly InstanceAgent[];
  /** There are agents whose instance is gone. */
  readonly hasLeft: boolean;
}

export async function readInstanceAgents(tx: Tx, keys: AgentKeys): Promise<InstanceAgents> {
  const instances = await tx.instance.findMany();
  const agents = await tx.agent.findMany({ where: { instance: { not: null } } });
  const components = await tx.component.findMany({ select: { key: true, epoch: true } });
  const byInstance = new Map(agents.map((agent) => [agent.instance, agent]));
  const epochs = new Map(components.map(({ key, epoch }) => [key, epoch]));
  const known = new Set<string | null>(instances.map(({ name }) => name));
  const wanted = instances.filter(({ desired }) => desired);
  return {
    items: wanted.map(({ name, componentKey, dataCenter, epoch, agent: named }) => {
      const agent = byInstance.get(name);
      const secret = agent ? keys.open(agent.secret, agent.id) : null;
      return {
        instance: name,
        component: componentKey,
        dataCenter,
        epoch: epochs.get(componentKey) ?? epoch,
        // One that its instance does not name yet, or whose key cannot be read any more, has to be enrolled anew.
        agent: agent && secret !== null && named === agent.id ? { id: agent.id, secret } : null,
      };
    }),
    hasLeft: agents.some(({ instance }) => !known.has(instance)),
  };
}

/**
 * Gives each of these instances an agent with a key of its own, for its component alone, and takes away the agents whose instance
 * is gone.
 */
export async function enrolInstanceAgents(tx: Tx, keys: AgentKeys, instances: readonly string[]): Promise<void> {
  const rows = await tx.instance.findMany({ where: { name: { in: [...instances] } } });
  for (const { name, componentKey } of rows) {
    const known = await tx.agent.findUnique({ where: { instance: name } });
    const id = known?.id ?? newId("agt");
    const secret = keys.seal(`whsec_${randomBytes(24).toString("base64")}`, id);
    if (!known) {
      // An agent of a person's that has the same name stands in nobody's way.
      const isTaken = (await tx.agent.findUnique({ where: { name } })) !== null;
      const data = { id, name: isTaken ? `${name} (${id})` : name, components: [componentKey], instance: name, secret };
      await tx.agent.create({ data });
    }
    if (known && keys.open(known.secret, id) === null) await tx.agent.update({ where: { id }, data: { secret } });
    await tx.instance.updateMany({ where: { name }, data: { agent: id } });
  }
  await tx.$executeRaw`delete from agent where instance is not null and not exists (select 1 from instance where instance.name = agent.instance)`;
}
