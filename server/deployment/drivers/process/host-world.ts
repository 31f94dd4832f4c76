import { randomBytes } from "node:crypto";
import { messageOf } from "../../../platform/app-error.ts";
import { freePort } from "../../../platform/ports.ts";
import type { AgentOrder, DeployCommand, HostInstance, StopCommand, WatchLine } from "../../domain/host-protocol.ts";
import type { HostAgents } from "./host-agents.ts";
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
  readonly agents: HostAgents;
  /** Commands that start or end an instance never overlap with another one for it. */
  readonly inTurn: ReturnType<typeof createTurns>;
}

function tellWatchers({ watchers }: World, place: string, line: WatchLine): void {
  for (const watcher of watchers) if (watcher.place === place) watcher.send(line);
}

export function begin(world: World, stored: StoredInstance): SupervisedInstance {
  const { store, options } = world;
  const instance = new SupervisedInstance(stored, {
    folder: store.folderOf(stored.name),
    workingDirectory: options.workingDirectory,
    instanceEnv: options.instanceEnv,
    agentFingerprint: () => world.agents.fingerprintOf(stored.name),
    save: (changed) => {
      try {
        store.save(changed);
      } catch (error) {
        // What an instance does goes on without its record: the record only helps a host that starts again to find it.
        options.logger.warn({ name: changed.name, error: messageOf(error) }, "an instance's record could not be written");
      }
    },
    onChange: (item) => tellWatchers(world, item.dataCenter, { kind: "changed", item }),
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

/** Whoever watches learns that the agent has its order, so that it is not given again. */
export function tellAgent(world: World, name: string, order: AgentOrder): void {
  const instance = world.running.get(name);
  if (!instance) return;
  world.agents.tell(name, order);
  tellWatchers(world, instance.stored.command.dataCenter, { kind: "changed", item: instance.view() });
}

/** Ends an instance and forgets it; null where there is none. */
export function stopInstance(world: World, name: string, { graceMs, removeState }: StopCommand): Promise<HostInstance | null> {
  return world.inTurn(name, async () => {
    const instance = world.running.get(name);
    if (!instance) return null;
    await instance.stop(graceMs);
    world.running.delete(name);
    world.store.remove(name, removeState);
    world.agents.forget(name);
    tellWatchers(world, instance.stored.command.dataCenter, { kind: "removed", name });
    return instance.view();
  });
}
