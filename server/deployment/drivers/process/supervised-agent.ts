import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { setPriority } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../../platform/app-error.ts";
import type { Logger } from "../../../platform/logger.ts";
import { signalProcess, startTicksOf } from "../../../platform/process-table.ts";
import { writeWhole } from "../../../platform/write-whole.ts";
import { agentFingerprint, programFingerprint } from "../../command-fingerprint.ts";
import { agentOrderSchema, type AgentOrder } from "../../domain/host-protocol.ts";
import { endProcess, launch, restartDelayMs } from "./process-parts.ts";

export interface AgentProgram {
  /** The program and its arguments; the instance's name is added, for people who look at the process table. */
  readonly command: readonly string[];
  /** Added instead, it makes the program ready to be started many times, and ends. */
  readonly prepareWith: string;
  readonly intakeUrl: string;
  /** Through which links to other places go; null: directly. */
  readonly relay: { readonly host: string; readonly port: number } | null;
  readonly env: Readonly<Record<string, string>>;
}

export interface SupervisedAgentDeps {
  readonly folder: string;
  readonly program: AgentProgram;
  readonly workingDirectory: string;
  readonly logger: Logger;
}

const recordSchema = z.object({
  order: agentOrderSchema,
  pid: z.number().int().nullable(),
  startTicks: z.string().nullable(),
  /** Fingerprint of the program as it was started: one that runs by another is started again. */
  startedAs: z.string().nullable().default(null),
});
type AgentRecord = z.infer<typeof recordSchema>;

const HEALTHY_AFTER_MS = 60_000;
/** What is measured must not slow what it measures: where the machine is short of time, agents wait. */
const NICENESS = 10;

/**
 * The agent beside one instance: started, looked at once a second, started again with growing waits. It lives as long as its
 * instance is known, over all restarts of the instance's process, and is found again by a host that starts anew.
 */
export class SupervisedAgent {
  readonly #name: string;
  readonly #deps: SupervisedAgentDeps;
  #record: AgentRecord | null;
  #target: string | null = null;
  #startedMs = 0;
  #nextStartMs = 0;
  #quickFailures = 0;
  #stopping = false;

  constructor(name: string, deps: SupervisedAgentDeps) {
    this.#name = name;
    this.#deps = deps;
    this.#record = readRecord(join(deps.folder, "agent.json"));
  }

  get fingerprint(): string | null {
    return this.#record ? agentFingerprint(this.#record.order) : null;
  }

  /** Null: it does not run. */
  get pid(): number | null {
    const { pid, startTicks } = this.#record ?? { pid: null, startTicks: null };
    return pid !== null && startTicks !== null && startTicksOf(pid) === startTicks ? pid : null;
  }

  get isRunning(): boolean {
    return this.pid !== null;
  }

  /** A running agent reads its new key by itself. */
  tell(order: AgentOrder): void {
    mkdirSync(this.#deps.folder, { recursive: true, mode: 0o700 });
    writeWhole(join(this.#deps.folder, "credentials.json"), JSON.stringify(order));
    const { pid, startTicks, startedAs } = this.#record ?? { pid: null, startTicks: null, startedAs: null };
    this.#save({ pid, startTicks, startedAs, order });
  }

  /** Sees to it that the agent watches `target`; `mayStart` spreads the starts of many. True: it was started now. */
  keep(target: object, mayStart: boolean): boolean {
    if (!this.#record || this.#stopping) return false;
    this.#aim(JSON.stringify(target));
    this.#endOutdated();
    if (this.isRunning || performance.now() < this.#nextStartMs || !mayStart) return false;
    const ranLong = this.#startedMs > 0 && performance.now() - this.#startedMs > HEALTHY_AFTER_MS;
    this.#quickFailures = ranLong ? 0 : this.#quickFailures;
    this.#start();
    return true;
  }

  /** Ends it; with `forget`, takes away what it has not delivered, too. */
  async stop(graceMs: number, { forget }: { readonly forget: boolean }): Promise<void> {
    this.#stopping = true;
    const { pid } = this;
    const startTicks = this.#record?.startTicks ?? null;
    if (pid !== null && startTicks !== null) await endProcess({ pid, startTicks }, graceMs);
    if (forget) rmSync(this.#deps.folder, { recursive: true, force: true });
  }

  #aim(target: string): void {
    if (target === this.#target) return;
    writeWhole(join(this.#deps.folder, "target.json"), target);
    this.#target = target;
  }

  /** Found again by a host whose intake, say, is at another address now. What it has not sent stays on disk. */
  #endOutdated(): void {
    const { pid } = this;
    if (pid !== null && this.#record?.startedAs !== programFingerprint(this.#deps.program)) signalProcess(pid, "SIGTERM");
  }

  #start(): void {
    const { program, workingDirectory, folder, logger } = this.#deps;
    this.#startedMs = performance.now();
    this.#nextStartMs = this.#startedMs + restartDelayMs(this.#quickFailures);
    this.#quickFailures += 1;
    try {
      const [command = "", ...args] = program.command;
      const child = launch({
        command,
        args: [...args, this.#name],
        env: this.#environment(),
        workingDirectory,
        logFile: join(folder, "log"),
      });
      child.once("error", (error) => logger.warn({ name: this.#name, error: error.message }, "an agent cannot be started"));
      const pid = child.pid ?? null;
      const startTicks = pid === null ? null : startTicksOf(pid);
      if (this.#record) this.#save({ ...this.#record, pid, startTicks, startedAs: programFingerprint(program) });
      if (pid !== null) setPriority(pid, NICENESS);
    } catch (error) {
      logger.warn({ name: this.#name, error: messageOf(error) }, "an agent cannot be started and is tried again");
    }
  }

  #environment(): NodeJS.ProcessEnv {
    const { program, folder } = this.#deps;
    return {
      ...baseEnvironment(program),
      GEOSTITCH_AGENT_INTAKE: program.intakeUrl,
      GEOSTITCH_AGENT_CREDENTIALS: join(folder, "credentials.json"),
      GEOSTITCH_AGENT_TARGET: join(folder, "target.json"),
      GEOSTITCH_AGENT_SPOOL: join(folder, "spool"),
    } as Record<string, string> as NodeJS.ProcessEnv;
  }

  #save(record: AgentRecord): void {
    this.#record = record;
    writeWhole(join(this.#deps.folder, "agent.json"), JSON.stringify(record));
  }
}

function baseEnvironment({ env }: AgentProgram): Record<string, string> {
  return { ...env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, HOME: process.env["HOME"] ?? "/" };
}

/** Runs the program's preparation once; resolves when it has ended, however it did. */
export function prepare({ program, folder, workingDirectory }: Omit<SupervisedAgentDeps, "logger">): Promise<void> {
  const [command = "", ...args] = program.command;
  return new Promise((resolve) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const env = baseEnvironment(program) as unknown as NodeJS.ProcessEnv;
      const logFile = join(folder, "prepare.log");
      const child = launch({ command, args: [...args, program.prepareWith], env, workingDirectory, logFile });
      child.once("exit", () => resolve()).once("error", () => resolve());
    } catch {
      // An agent starts without it, too.
      resolve();
    }
  });
}

/** Null: it has none, or one that cannot be read, and is told again. */
function readRecord(file: string): AgentRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
