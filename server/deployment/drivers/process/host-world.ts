import { randomBytes } from "node:crypto";
import { messageOf } from "../../../platform/app-error.ts";
import { freePort } from "../../../platform/ports.ts";
import type { DeployCommand, HostInstance, StopCommand, WatchLine } from "../../domain/host-protocol.ts";
import type { HostOptions } from "./host-server.ts";
import type { HostStore, StoredInstance } from "./host-store.ts";
import type { Watcher } from "./host-watch.ts";
import { SupervisedInstance } from "./supervised-instance.ts";
import type { createTurns } from "./turns.ts";

/** What a host holds, and what starts and ends its instances. */
export interface World {
  readonly options: HostOptions;
  readonly store: HostStore;
  readonly running: Map<string, SupervisedInstance>;
  readonly watchers: Set<Watcher>;
  /** Commands that start or end an instance never overlap with another one for it. */
  readonly inTurn: ReturnType<typeof createTurns>;
}

export function begin(world: World, stored: StoredInstance): SupervisedInstance {
  const { store, options } = world;
  const tell = (line: WatchLine, place: string): void => {
    for (const watcher of world.watchers) if (watcher.place === place) watcher.send(line);
  };
  const instance = new SupervisedInstance(stored, {
    folder: store.folderOf(stored.name),
    workingDirectory: options.workingDirectory,
    instanceEnv: options.instanceEnv,
    save: (changed) => {
      try {
        store.save(changed);
      } catch (error) {
        // What an instance does goes on without its record: the record only helps a host that starts again to find it.
        options.logger.warn({ name: changed.name, error: messageOf(error) }, "an instance's record could not be written");
      }
    },
    onChange: (item) => tell({ kind: "changed", item }, item.dataCenter),
  });
  store.save(stored);
  world.running.set(stored.name, instance);
  instance.begin();
  return instance;
}

interface Deployment {
  readonly name: string;
  readonly epoch: number;
  readonly wanted: DeployCommand;
}

/** Starts an instance, or starts it again where it runs by another command; the same again changes nothing. */
export function deployInstance(world: World, { name, epoch, wanted }: Deployment): Promise<HostInstance> {
  return world.inTurn(name, async () => {
    const instance = world.running.get(name);
    if (instance) {
      const unchanged = JSON.stringify(instance.stored.command) === JSON.stringify(wanted);
      if (unchanged) return instance.view();
      await instance.stop(RESTART_GRACE_MS);
      return begin(world, { ...instance.stored, epoch, command: wanted }).view();
    }
    const stored: StoredInstance = {
      name,
      epoch,
      command: wanted,
      token: randomBytes(18).toString("base64url"),
      port: await freePort(),
      adminPort: await freePort(),
      pid: null,
      startTicks: null,
      restarts: 0,
      startedAt: null,
      changedAt: new Date().toISOString(),
      lastExit: null,
      active: wanted.hasState && wanted.writable,
    };
    return begin(world, stored).view();
  });
}

const RESTART_GRACE_MS = 3_000;

/** Ends an instance and forgets it; null where there is none. */
export function stopInstance(world: World, name: string, { graceMs, removeState }: StopCommand): Promise<HostInstance | null> {
  return world.inTurn(name, async () => {
    const instance = world.running.get(name);
    if (!instance) return null;
    await instance.stop(graceMs);
    world.running.delete(name);
    world.store.remove(name, removeState);
    for (const watcher of world.watchers)
      if (watcher.place === instance.stored.command.dataCenter) watcher.send({ kind: "removed", name });
    return instance.view();
  });
}
