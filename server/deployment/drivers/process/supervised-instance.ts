import type { ChildProcess } from "node:child_process";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { messageOf } from "../../../platform/app-error.ts";
import { freePort, isPortFree } from "../../../platform/ports.ts";
import { startTicksOf } from "../../../platform/process-table.ts";
import { commandFingerprint } from "../../command-fingerprint.ts";
import type { HostInstance } from "../../domain/host-protocol.ts";
import type { StoredInstance } from "./host-store.ts";
import { Opener } from "./opener.ts";
import { endProcess, launch, restartDelayMs, type Invocation } from "./process-parts.ts";

export interface InstanceDeps {
  readonly folder: string;
  /** Where relative commands of manifests begin. */
  readonly workingDirectory: string;
  readonly save: (instance: StoredInstance) => void;
  readonly onChange: (instance: HostInstance) => void;
  /** Given to every instance as it is; what a manifest says comes before, what the protocol says after it. */
  readonly instanceEnv: Readonly<Record<string, string>>;
  /** Of what its agent was told (`agentFingerprint`); null: it has none. */
  readonly agentFingerprint: () => string | null;
}

const PROBE_READY_MS = 1_000;
const PROBE_STARTING_MS = 150;
const ADOPTED_POLL_MS = 400;
/** One late answer on a busy machine is no reason to take an instance out of every route; its end is told otherwise. */
const MISSED_PROBES_MAX = 2;
const HEALTHY_AFTER_MS = 60_000;

/** One instance's process: started, probed, watched, started again. Its own session, so that it outlives the host. */
export class SupervisedInstance {
  #stored: StoredInstance;
  readonly #deps: InstanceDeps;
  #state: HostInstance["state"] = "starting";
  #nextRestartAt: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #child: ChildProcess | null = null;
  #stopping = false;
  #quickFailures = 0;
  #spawnedMs = 0;
  #missedProbes = 0;
  readonly #opener = new Opener();

  constructor(stored: StoredInstance, deps: InstanceDeps) {
    this.#stored = stored;
    this.#deps = deps;
  }

  get stored(): StoredInstance {
    return this.#stored;
  }

  view(): HostInstance {
    const { name, command, epoch, pid, port, restarts, startedAt, changedAt, lastExit } = this.#stored;
    const { component, dataCenter, version } = command;
    return {
      name,
      component,
      dataCenter,
      version,
      state: this.#state,
      epoch,
      pid,
      host: "127.0.0.1",
      port,
      restarts,
      startedAt,
      changedAt,
      nextRestartAt: this.#nextRestartAt,
      lastExit,
      commandFingerprint: commandFingerprint(command),
      agentFingerprint: this.#deps.agentFingerprint(),
    };
  }

  /** Takes over the process that is recorded when it still runs, starts one otherwise. */
  begin(): void {
    const { pid, startTicks } = this.#stored;
    if (pid !== null && startTicks !== null && startTicksOf(pid) === startTicks) {
      this.#spawnedMs = performance.now();
      this.#probeSoon(0);
    } else this.#spawn();
  }

  update(stored: StoredInstance): void {
    this.#stored = stored;
    this.#deps.save(stored);
  }

  /** It owns the component's state at this epoch. */
  open(epoch: number): void {
    this.#save({ active: true, epoch });
  }

  /** It is about to be sealed: whatever opens it is over before this resolves, and nothing opens it again. */
  async close(): Promise<void> {
    if (this.#stored.active) this.#save({ active: false });
    await this.#opener.settled();
  }

  /** Ends the process: SIGTERM, then SIGKILL. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    const { pid, startTicks } = this.#stored;
    if (pid !== null && startTicks !== null && startTicksOf(pid) === startTicks) {
      this.#become("draining");
      await endProcess({ pid, startTicks }, graceMs, () => this.#isUnreaped());
    } else this.#child?.kill("SIGKILL");
    this.#stored = { ...this.#stored, pid: null, startTicks: null };
    this.#become("stopped");
  }

  /** A child that has ended, but whose end has not been taken yet, is still in the process table. */
  #isUnreaped(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #spawn(): void {
    this.#nextRestartAt = null;
    this.#opener.startOver();
    let child: ChildProcess;
    try {
      child = launch(this.#invocation());
    } catch (error) {
      // A full disk or a table of processes that is full passes: the next try has its back-off like any other.
      this.#spawnedMs = performance.now();
      this.#ended(`cannot be started: ${messageOf(error)}`);
      return;
    }
    this.#child = child;
    this.#spawnedMs = performance.now();
    const pid = child.pid ?? null;
    this.#save({ pid, startTicks: pid === null ? null : startTicksOf(pid), startedAt: new Date().toISOString() });
    child.once("error", (error) => this.#ended(`cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => this.#ended(signal === null ? `ended with code ${code ?? 0}` : `ended by ${signal}`));
    this.#state = "starting";
    // Its process is news, whatever it was before.
    this.#deps.onChange(this.view());
    this.#probeSoon(50);
  }

  #invocation(): Invocation {
    const { command: wanted, name, token, port, adminPort, epoch } = this.#stored;
    const [command = "", ...args] = wanted.command;
    const dependencies = Object.entries(wanted.dependencies).map(([dependency, url]) => [
      `GEOSTITCH_DEPENDENCY_${dependency.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_URL`,
      url,
    ]);
    const env = {
      ...(Object.fromEntries(dependencies) as Record<string, string>),
      ...this.#deps.instanceEnv,
      ...wanted.env,
      PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
      HOME: process.env["HOME"] ?? "/",
      PORT: String(port),
      GEOSTITCH_ADMIN_PORT: String(adminPort),
      GEOSTITCH_COMPONENT_TOKEN: token,
      GEOSTITCH_STATE_DIR: join(this.#deps.folder, "state"),
      GEOSTITCH_EPOCH: String(epoch),
      GEOSTITCH_WRITABLE: String(wanted.writable),
      GEOSTITCH_COMPONENT: wanted.component,
      GEOSTITCH_DATA_CENTER: wanted.dataCenter,
      GEOSTITCH_INSTANCE: name,
    } as Record<string, string> as NodeJS.ProcessEnv;
    const { workingDirectory, folder } = this.#deps;
    return { command, args, env, workingDirectory, logFile: join(folder, "log") };
  }

  #ended(how: string): void {
    if (this.#stopping || (this.#state === "failed" && this.#nextRestartAt !== null)) return;
    if (this.#timer) clearTimeout(this.#timer);
    if (performance.now() - this.#spawnedMs > HEALTHY_AFTER_MS) this.#quickFailures = 0;
    const delayMs = restartDelayMs(this.#quickFailures);
    this.#quickFailures += 1;
    this.#child = null;
    this.#nextRestartAt = new Date(Date.now() + delayMs).toISOString();
    this.#save({ pid: null, startTicks: null, lastExit: how, restarts: this.#stored.restarts + 1 });
    this.#become("failed");
    this.#timer = setTimeout(() => void this.#spawnAgain(), delayMs);
  }

  /** While nothing listened there, somebody else may have taken its ports: it would never start again on those. */
  async #spawnAgain(): Promise<void> {
    const { port, adminPort } = this.#stored;
    const [freeOne, freeAdmin] = [await stillFree(port), await stillFree(adminPort)];
    if (this.#stopping) return;
    if (freeOne !== port || freeAdmin !== adminPort) this.#save({ port: freeOne, adminPort: freeAdmin });
    this.#spawn();
  }

  #probeSoon(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#probe(), ms);
  }

  async #probe(): Promise<void> {
    const { pid, startTicks } = this.#stored;
    // The host's own children tell of their end themselves; an adopted one has to be looked at.
    if (this.#child === null && (pid === null || startTicksOf(pid) !== startTicks)) {
      this.#ended("ended while its host was away, or unseen");
      return;
    }
    const ready = (await this.#isReady()) && (await this.#opener.opened(this.#stored));
    if (this.#stopping || this.#state === "failed") return undefined;
    this.#missedProbes = ready ? 0 : this.#missedProbes + 1;
    if (ready) this.#become("ready");
    else if (this.#state === "ready" && this.#missedProbes >= MISSED_PROBES_MAX) this.#become("starting");
    const every = this.#state === "ready" ? PROBE_READY_MS : PROBE_STARTING_MS;
    this.#probeSoon(this.#child === null ? Math.min(every, ADOPTED_POLL_MS) : every);
    return undefined;
  }

  async #isReady(): Promise<boolean> {
    const { port, command } = this.#stored;
    if (command.readiness === null) return await accepts(port);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${command.readiness.path}`, {
        signal: AbortSignal.timeout(command.readiness.timeoutMs),
      });
      await answer.arrayBuffer();
      return answer.status < 400;
    } catch {
      return false;
    }
  }

  #save(change: Partial<StoredInstance>): void {
    this.update({ ...this.#stored, ...change, changedAt: new Date().toISOString() });
  }

  #become(state: HostInstance["state"]): void {
    if (this.#state === state && state !== "failed") return;
    this.#state = state;
    this.#stored = { ...this.#stored, changedAt: new Date().toISOString() };
    this.#deps.onChange(this.view());
  }
}

const stillFree = async (port: number): Promise<number> => ((await isPortFree(port)) ? port : await freePort());

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const finish = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}
