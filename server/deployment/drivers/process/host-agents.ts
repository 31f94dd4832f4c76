import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../../platform/app-error.ts";
import type { Logger } from "../../../platform/logger.ts";
import type { AgentOrder } from "../../domain/host-protocol.ts";
import { prepare, SupervisedAgent, type AgentProgram } from "./supervised-agent.ts";
import type { SupervisedInstance } from "./supervised-instance.ts";

export interface HostAgentsDeps {
  /** Of all agents, one folder each; an instance's own folder may go while its agent still ends. */
  readonly folder: string;
  /** Null: this host has no agents. */
  readonly program: AgentProgram | null;
  readonly workingDirectory: string;
  /** This host's own address: every place that it serves answers probes there. */
  readonly url: string;
  readonly logger: Logger;
}

/** What a look at the agents needs to know of the host. */
export interface Surroundings {
  readonly instances: ReadonlyMap<string, SupervisedInstance>;
  /** Every place that somebody asks this host about. */
  readonly places: ReadonlySet<string>;
}

const LOOK_EVERY_MS = 1_000;
/** A machine that starts with many instances starts their agents by and by. */
const STARTS_A_LOOK = 2;
const STOP_GRACE_MS = 1_500;

/** The agents beside a host's instances. Nothing that a host does for an instance waits for its agent. */
export class HostAgents {
  readonly #deps: HostAgentsDeps;
  readonly #agents = new Map<string, SupervisedAgent>();
  /** By place, the instance whose agent measures the place's links. */
  readonly #measuring = new Map<string, string>();
  readonly #token = randomBytes(18).toString("base64url");
  readonly #timer: NodeJS.Timeout;
  #readiness: "none" | "preparing" | "ready" = "none";

  /** `known`: the instances that this host has. */
  constructor(deps: HostAgentsDeps, known: ReadonlySet<string>, surroundings: () => Surroundings) {
    this.#deps = deps;
    this.#adopt(known);
    this.#timer = setInterval(() => this.#look(surroundings()), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** For probes alone; a new one at each start of the host. */
  get probeToken(): string {
    return this.#token;
  }

  fingerprintOf(name: string): string | null {
    return this.#agents.get(name)?.fingerprint ?? null;
  }

  tell(name: string, order: AgentOrder): void {
    if (!this.#deps.program) return;
    const agent = this.#agents.get(name) ?? this.#make(name);
    this.#agents.set(name, agent);
    agent.tell(order);
  }

  /** Its instance is gone: it ends, and what it could not deliver ends with it. */
  forget(name: string): void {
    const agent = this.#agents.get(name);
    this.#agents.delete(name);
    if (agent) void agent.stop(STOP_GRACE_MS, { forget: true });
  }

  list(): readonly { readonly instance: string; readonly pid: number | null; readonly measuresLinks: boolean }[] {
    return [...this.#agents].map(([instance, agent]) => ({
      instance,
      pid: agent.pid,
      measuresLinks: [...this.#measuring.values()].includes(instance),
    }));
  }

  /** For the end of the host: what is not delivered stays on disk. */
  async stopAll(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#agents.values()].map((agent) => agent.stop(Math.min(graceMs, STOP_GRACE_MS), { forget: false })));
  }

  #make(name: string): SupervisedAgent {
    const { folder, program, workingDirectory, logger } = this.#deps;
    if (!program) throw new Error("this host has no agents");
    return new SupervisedAgent(name, { folder: join(folder, name), program, workingDirectory, logger });
  }

  /** Agents of instances that are gone were ending when this host did. */
  #adopt(known: ReadonlySet<string>): void {
    const { folder, program } = this.#deps;
    if (!program || !existsSync(folder)) return;
    for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      this.#agents.set(name, this.#make(name));
      if (!known.has(name)) this.forget(name);
    }
  }

  #look({ instances, places }: Surroundings): void {
    this.#chooseMeasuring(instances);
    let starts = this.#canStart() ? STARTS_A_LOOK : 0;
    for (const [name, agent] of this.#agents) {
      const instance = instances.get(name);
      // Before an instance serves there is nothing to look at, and its start has the machine for itself.
      if (!instance || (!agent.isRunning && instance.view().state !== "ready")) continue;
      try {
        if (agent.keep(this.#targetOf(instance, places), starts > 0)) starts -= 1;
      } catch (error) {
        this.#deps.logger.warn({ name, error: messageOf(error) }, "an agent could not be seen to and is again in a moment");
      }
    }
  }

  #canStart(): boolean {
    const { program, folder, workingDirectory } = this.#deps;
    if (this.#readiness === "none" && program && this.#agents.size > 0) {
      this.#readiness = "preparing";
      void prepare({ program, folder, workingDirectory }).then(() => (this.#readiness = "ready"));
    }
    return this.#readiness === "ready";
  }

  /** One agent a place: the one that does it goes on as long as it runs. */
  #chooseMeasuring(instances: ReadonlyMap<string, SupervisedInstance>): void {
    for (const [place, name] of this.#measuring)
      if (!this.#agents.get(name)?.isRunning || instances.get(name)?.stored.command.dataCenter !== place)
        this.#measuring.delete(place);
    for (const [name, agent] of this.#agents) {
      const place = instances.get(name)?.stored.command.dataCenter;
      if (place !== undefined && agent.isRunning && !this.#measuring.has(place)) this.#measuring.set(place, name);
    }
  }

  #targetOf(instance: SupervisedInstance, places: ReadonlySet<string>): object {
    const { name, port, pid, startTicks, command } = instance.stored;
    const place = command.dataCenter;
    const { hostname: host, port: hostPort } = new URL(this.#deps.url);
    const peers = [...places]
      .filter((other) => other !== place)
      .sort()
      .map((other) => ({ place: other, host, port: Number(hostPort) }));
    const relay = this.#deps.program?.relay ?? null;
    return {
      instance: name,
      place,
      metricsUrl: `http://127.0.0.1:${port}/metrics`,
      process: pid === null || startTicks === null ? null : { pid, startTicks },
      links: this.#measuring.get(place) === name ? { relay, token: this.#token, peers } : null,
    };
  }
}
