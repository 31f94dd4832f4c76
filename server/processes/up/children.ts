import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { DataLock } from "./leftovers.ts";

export interface ChildSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const RESTART_FIRST_MS = 200;
const RESTART_MAX_MS = 4_000;
const HEALTHY_AFTER_MS = 30_000;

/** One process that must run: started again when it ends, ended when everything ends. Its output goes to the data folder's logs. */
export class Child {
  readonly #spec: ChildSpec;
  readonly #logs: string;
  readonly #lock: DataLock;
  #process: ChildProcess | null = null;
  #stopping = false;
  #failures = 0;

  constructor(spec: ChildSpec, logs: string, lock: DataLock) {
    this.#spec = spec;
    this.#logs = logs;
    this.#lock = lock;
  }

  get name(): string {
    return this.#spec.name;
  }

  start(): void {
    const log = openSync(join(this.#logs, `${this.#spec.name}.log`), "a", 0o600);
    const startedMs = performance.now();
    // A group of its own: a Ctrl-C on the terminal reaches the supervisor alone, which ends the others in order.
    const child = spawn(process.execPath, [...this.#spec.args], {
      stdio: ["ignore", log, log],
      env: { ...this.#spec.env } as NodeJS.ProcessEnv,
      detached: true,
    });
    closeSync(log);
    this.#process = child;
    this.#lock.record(this.#spec.name, child.pid);
    child.once("exit", (code, signal) => {
      this.#process = null;
      if (this.#stopping) return;
      if (performance.now() - startedMs > HEALTHY_AFTER_MS) this.#failures = 0;
      const delayMs = Math.min(RESTART_MAX_MS, RESTART_FIRST_MS * 2 ** this.#failures);
      this.#failures += 1;
      console.error(
        `geostitch: ${this.#spec.name} ended (${signal ?? `code ${code ?? 0}`}) and is started again; log: ${join(this.#logs, `${this.#spec.name}.log`)}`,
      );
      setTimeout(() => {
        if (!this.#stopping) this.start();
      }, delayMs);
    });
  }

  /** SIGTERM, then SIGKILL after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill("SIGTERM");
    });
  }
}
