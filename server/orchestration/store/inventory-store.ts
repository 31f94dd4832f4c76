import { viewComponent, viewDataCenter, viewInstance } from "../../component-registry/domain/views.ts";
import type { InstanceRecord, PlaceLoss, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { toJson, type Database, type Tx } from "../../platform/db/client.ts";
import { appendEvents, type NewEvent } from "../../platform/db/events.ts";
import { enrolInstanceAgents, readInstanceAgents, type AgentKeys } from "../../kpi-intake/index.ts";
import type { AgentStore, InventoryStore, ObservedInstance, RouteStore } from "../engine/ports.ts";
import type { RouteSnapshot } from "../../routing-layer/domain/snapshot.ts";
import { STEP_NAMES } from "../domain/migration.ts";
import { leasedTransaction } from "./leased.ts";
import type { ReadRegistry } from "./migration-store.ts";

/** What runs where, as the hosts report it, in PostgreSQL. */
export function createInventoryStore(database: Database, readRegistry: ReadRegistry): InventoryStore {
  return {
    read: () => database.transaction(readRegistry),
    observe: (term, changes) =>
      leasedTransaction(database, term, async (tx) => {
        if (changes.heard.length > 0)
          await tx.dataCenter.updateMany({ where: { name: { in: [...changes.heard] } }, data: { lastSeenAt: new Date() } });
        if (changes.seen.length + changes.gone.length === 0) return;
        const before = await readRegistry(tx);
        for (const instance of changes.seen) await writeObserved(tx, instance);
        await tx.instance.deleteMany({ where: { name: { in: [...changes.gone] } } });
        await appendEvents(tx, changedEvents(before, await readRegistry(tx)));
      }),
    insert: (term, rows) =>
      leasedTransaction(database, term, async (tx) => {
        await tx.instance.createMany({
          skipDuplicates: true,
          data: rows.map((row) => ({ ...row, state: "starting", host: "127.0.0.1" })),
        });
      }),
    dismiss: (term, names) =>
      leasedTransaction(database, term, async (tx) => {
        await tx.instance.updateMany({ where: { name: { in: [...names] } }, data: { desired: false } });
      }),
    setLoss: (term, place, loss) => leasedTransaction(database, term, (tx) => writeLoss(tx, readRegistry, place, loss)),
    announceDataCenters: (names) =>
      database.transaction(async (tx) => {
        const registry = await readRegistry(tx);
        const records = registry.dataCenters.filter((record) => names.includes(record.name));
        await appendEvents(
          tx,
          records.map((record) => ({
            type: "data-center.changed",
            subject: record.name,
            component: null,
            data: viewDataCenter(record, registry, new Date()),
          })),
        );
      }),
  };
}

/** A place that is back reports its instances anew; until then what was reported last is not true any more. */
async function writeLoss(tx: Tx, readRegistry: ReadRegistry, place: string, loss: PlaceLoss | null): Promise<void> {
  const before = await readRegistry(tx);
  const known = before.dataCenters.find(({ name }) => name === place)?.loss ?? null;
  await tx.dataCenter.updateMany({ where: { name: place }, data: { loss: toJson(loss) } });
  if (known === null && loss !== null) {
    const data = { state: "failed", lastExit: "its data centre is lost", changedAt: new Date() };
    await tx.instance.updateMany({ where: { dataCenter: place, desired: true, state: { not: "stopped" } }, data });
  }
  const after = await readRegistry(tx);
  const record = after.dataCenters.find(({ name }) => name === place);
  await appendEvents(tx, [
    ...changedEvents(before, after),
    ...(record
      ? [{ type: "data-center.changed", subject: place, component: null, data: viewDataCenter(record, after, new Date()) }]
      : []),
  ]);
}

/** Epoch and ownership are never a host's to say, so they are not written here. */
async function writeObserved(
  tx: Tx,
  { name, componentKey: _key, dataCenter: _place, ...observed }: ObservedInstance,
): Promise<void> {
  await tx.instance.updateMany({ where: { name }, data: { ...observed, changedAt: new Date() } });
}

function changedEvents(before: RegistrySnapshot, after: RegistrySnapshot): NewEvent[] {
  const known = new Map(before.instances.map((record) => [record.name, JSON.stringify(record)]));
  const changed = after.instances.filter((record) => known.get(record.name) !== JSON.stringify(record));
  const removed = before.instances.filter((record) => !after.instances.some((other) => other.name === record.name));
  const instances = [
    ...changed.map(viewInstance),
    ...removed.map((record) => ({ ...viewInstance(record), state: "stopped" as const, pid: null })),
  ];
  const keys = new Set(instances.map((instance) => instance.component));
  const components = after.components.filter((record) => keys.has(record.key)).map((record) => viewComponent(record, after));
  return [
    ...instances.map((data) => ({ type: "instance.changed", subject: data.name, component: data.component, data })),
    ...components.map((data) => {
      const key = `${data.metadata.application}/${data.metadata.name}`;
      return { type: "component.changed", subject: key, component: key, data };
    }),
  ];
}

export function createAgentStore(database: Database, keys: AgentKeys): AgentStore {
  return {
    read: () =>
      database.transaction(async (tx) => ({ ...(await readInstanceAgents(tx, keys)), isSwitching: await isSwitching(tx) })),
    enrol: (term, instances) =>
      leasedTransaction(database, term, async (tx) => {
        await enrolInstanceAgents(tx, keys, instances);
        const rows = await tx.instance.findMany({ where: { name: { in: [...instances] } } });
        const views = rows.map((row) => viewInstance({ ...row, state: row.state as InstanceRecord["state"] }));
        await appendEvents(
          tx,
          views.map((data) => ({ type: "instance.changed", subject: data.name, component: data.component, data })),
        );
      }),
  };
}

/** A long copy is nothing that anybody waits for: only what began a minute ago at most. */
const SWITCHES_WITHIN_MS = 60_000;
const BEFORE_WATCH = STEP_NAMES.slice(0, STEP_NAMES.indexOf("watch"));

async function isSwitching(tx: Tx): Promise<boolean> {
  const startedAt = { gt: new Date(Date.now() - SWITCHES_WITHIN_MS) };
  return (await tx.migration.count({ where: { state: "running", startedAt, step: { in: [...BEFORE_WATCH] } } })) > 0;
}

const SNAPSHOTS_KEPT = 50;

export function createRouteStore(database: Database): RouteStore {
  return {
    last: async () => {
      const row = await database.prisma.routeSnapshotRecord.findFirst({ orderBy: { version: "desc" } });
      return row ? (row.snapshot as unknown as RouteSnapshot) : null;
    },
    record: (term, snapshot) =>
      leasedTransaction(database, term, async (tx) => {
        await tx.routeSnapshotRecord.create({ data: { version: snapshot.version, snapshot: snapshot } });
        await tx.routeSnapshotRecord.deleteMany({ where: { version: { lte: snapshot.version - SNAPSHOTS_KEPT } } });
        await appendEvents(tx, [{ type: "route.published", subject: String(snapshot.version), component: null, data: snapshot }]);
      }),
  };
}
