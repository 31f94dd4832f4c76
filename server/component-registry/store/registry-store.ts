import { appendAudit } from "../../platform/db/audit-trail.ts";
import { toJson, type Database, type Tx } from "../../platform/db/client.ts";
import { appendEvents } from "../../platform/db/events.ts";
import { labelsOf } from "../domain/manifest.ts";
import type { PlannedChange } from "../domain/plan-apply.ts";
import type { RegistryStore, RegistryUnit } from "../ports.ts";
import { readRegistry } from "./records.ts";

const REGISTRY_LOCK = 7_203_414;

/** The registry in PostgreSQL. */
export function createRegistryStore(database: Database): RegistryStore {
  return {
    read: () => database.transaction(readRegistry),
    change: (work) =>
      database.transaction(async (tx) => {
        await tx.$executeRaw`select pg_advisory_xact_lock(${REGISTRY_LOCK}::bigint)`;
        return work(unitOf(tx));
      }),
  };
}

function unitOf(tx: Tx): RegistryUnit {
  return {
    read: () => readRegistry(tx),
    write: (change) => write(tx, change),
    removeComponent: async (key) => {
      // The instances go with it: the hosts stop what the registry no longer knows.
      await tx.instance.deleteMany({ where: { componentKey: key } });
      const { epoch } = await tx.component.delete({ where: { key } });
      await rememberEpoch(tx, key, epoch + 1);
    },
    removeDataCenter: async (name) => {
      await tx.link.deleteMany({ where: { OR: [{ from: name }, { to: name }] } });
      await tx.dataCenter.delete({ where: { name } });
    },
    publish: (events) => appendEvents(tx, events),
    audit: (entry) => appendAudit(tx, entry),
  };
}

const epochKey = (component: string): string => `epoch ${component}`;

/**
 * Hosts and gateway entries refuse an epoch below the highest that they have seen of a name, and an entry then refuses the
 * whole snapshot: a component that is registered again goes on where the one before it ended.
 */
async function rememberEpoch(tx: Tx, component: string, epoch: number): Promise<void> {
  const key = epochKey(component);
  await tx.setting.upsert({ where: { key }, create: { key, value: epoch }, update: { value: epoch, changedAt: new Date() } });
}

const firstEpoch = async (tx: Tx, component: string): Promise<number> =>
  Number((await tx.setting.findUnique({ where: { key: epochKey(component) } }))?.value ?? 1);

async function write(tx: Tx, { manifest, key, generation }: PlannedChange): Promise<void> {
  const spec = toJson(manifest.spec) as object;
  const common = { generation, spec, changedAt: new Date() };
  const labels = { ...labelsOf(manifest) };
  switch (manifest.kind) {
    case "DataCenter":
      await tx.dataCenter.upsert({
        where: { name: key },
        create: { name: key, labels, generation, spec },
        update: { ...common, labels },
      });
      return;
    case "Component": {
      const { application, name } = manifest.metadata;
      await tx.component.upsert({
        where: { key },
        create: { key, application, name, labels, generation, spec, epoch: await firstEpoch(tx, key) },
        update: { ...common, labels },
      });
      return;
    }
    case "Link": {
      const { from, to } = manifest.metadata;
      await tx.link.upsert({ where: { from_to: { from, to } }, create: { from, to, generation, spec }, update: common });
      return;
    }
    case "Policy":
      await tx.policy.upsert({ where: { name: key }, create: { name: key, generation, spec }, update: common });
      return;
  }
}
