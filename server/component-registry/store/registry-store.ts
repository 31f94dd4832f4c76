import { appendAudits } from "../../platform/db/audit-trail.ts";
import { toJson, type Database, type Tx } from "../../platform/db/client.ts";
import { appendEvents } from "../../platform/db/events.ts";
import { holdLock } from "../../platform/db/locks.ts";
import { labelsOf } from "../domain/manifest.ts";
import type { PlannedChange } from "../domain/plan-apply.ts";
import type { RegistryStore, RegistryUnit } from "../ports.ts";
import { readRegistry } from "./records.ts";

/** The registry in PostgreSQL. */
export function createRegistryStore(database: Database): RegistryStore {
  return {
    read: () => database.transaction(readRegistry),
    hasComponent: async (key) => (await database.prisma.component.count({ where: { key } })) > 0,
    change: (work) =>
      database.transaction(async (tx) => {
        await holdLock(tx, "registry");
        return work(unitOf(tx));
      }),
  };
}

function unitOf(tx: Tx): RegistryUnit {
  return {
    read: () => readRegistry(tx),
    write: (changes) => write(tx, changes),
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
    audit: (entries) => appendAudits(tx, entries),
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

/** Where each of these components goes on; one that never was registered is absent. */
async function rememberedEpochs(tx: Tx, components: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.setting.findMany({ where: { key: { in: components.map(epochKey) } } });
  return new Map(rows.map(({ key, value }) => [key.slice(epochKey("").length), Number(value)]));
}

/** New objects go in by the batch: an apply may hold thousands, and its transaction has seconds. */
async function write(tx: Tx, changes: readonly PlannedChange[]): Promise<void> {
  const created = changes.filter((change) => change.change === "created");
  await tx.dataCenter.createMany({
    data: created.flatMap((change) => (change.manifest.kind === "DataCenter" ? [toNamed(change)] : [])),
  });
  await tx.policy.createMany({ data: created.flatMap((change) => (change.manifest.kind === "Policy" ? [toBare(change)] : [])) });
  const components = created.flatMap(toComponent);
  const epochs = await rememberedEpochs(
    tx,
    components.map(({ key }) => key),
  );
  await tx.component.createMany({ data: components.map((row) => ({ ...row, epoch: epochs.get(row.key) ?? 1 })) });
  await tx.link.createMany({ data: created.flatMap(toLink) });
  for (const change of changes) if (change.change === "updated") await update(tx, change);
}

const specOf = ({ manifest }: PlannedChange): object => toJson(manifest.spec) as object;
const toBare = (change: PlannedChange) => ({ name: change.key, generation: change.generation, spec: specOf(change) });
const toNamed = (change: PlannedChange) => ({ ...toBare(change), labels: { ...labelsOf(change.manifest) } });

function toComponent(change: PlannedChange) {
  const { manifest, key, generation } = change;
  if (manifest.kind !== "Component") return [];
  const { application, name, labels } = manifest.metadata;
  return [{ key, application, name, labels: { ...labels }, generation, spec: specOf(change) }];
}

function toLink(change: PlannedChange) {
  const { manifest, generation } = change;
  if (manifest.kind !== "Link") return [];
  const { from, to } = manifest.metadata;
  return [{ from, to, generation, spec: specOf(change) }];
}

async function update(tx: Tx, change: PlannedChange): Promise<void> {
  const { manifest, key, generation } = change;
  const data = { generation, spec: specOf(change), changedAt: new Date() };
  const labels = { ...labelsOf(manifest) };
  switch (manifest.kind) {
    case "DataCenter":
      await tx.dataCenter.update({ where: { name: key }, data: { ...data, labels } });
      return;
    case "Component":
      await tx.component.update({ where: { key }, data: { ...data, labels } });
      return;
    case "Link": {
      const { from, to } = manifest.metadata;
      await tx.link.update({ where: { from_to: { from, to } }, data });
      return;
    }
    case "Policy":
      await tx.policy.update({ where: { name: key }, data });
      return;
  }
}
