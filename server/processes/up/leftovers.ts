import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTicksOf } from "../../deployment/drivers/process/process-table.ts";
import { AppError } from "../../platform/app-error.ts";

interface Recorded {
  readonly pid: number;
  readonly ticks: string;
}

interface LockFile {
  readonly supervisor: Recorded;
  readonly children: Readonly<Record<string, Recorded>>;
}

const GONE_WITHIN_MS = 3_000;

/** Ends them and waits until they are gone: only then are their ports free. */
function endAll(children: readonly Recorded[]): void {
  for (const child of children) if (isAlive(child)) process.kill(child.pid, "SIGKILL");
  const deadline = performance.now() + GONE_WITHIN_MS;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (children.some(isAlive) && performance.now() < deadline) Atomics.wait(pause, 0, 0, 20);
}

const isAlive = ({ pid, ticks }: Recorded): boolean => startTicksOf(pid) === ticks;

/** The data folder's lock: one installation at a time, and after a `kill -9` a list of what was left running. */
export class DataLock {
  readonly #file: string;
  readonly #children: Record<string, Recorded> = {};

  /** Refuses a folder that another supervisor uses; ends the children of one that was killed. */
  constructor(dataDir: string) {
    this.#file = join(dataDir, "supervisor.json");
    if (existsSync(this.#file)) {
      const lock = JSON.parse(readFileSync(this.#file, "utf8")) as LockFile;
      if (isAlive(lock.supervisor))
        throw new AppError(
          "conflict",
          `${dataDir} is in use by another Geostitch (process ${lock.supervisor.pid}): set GEOSTITCH_DATA_DIR`,
        );
      endAll(Object.values(lock.children));
    }
    this.#save();
  }

  record(name: string, pid: number | undefined): void {
    const ticks = pid === undefined ? null : startTicksOf(pid);
    if (pid === undefined || ticks === null) Reflect.deleteProperty(this.#children, name);
    else this.#children[name] = { pid, ticks };
    this.#save();
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }

  #save(): void {
    const supervisor = { pid: process.pid, ticks: startTicksOf(process.pid) ?? "" };
    writeFileSync(this.#file, JSON.stringify({ supervisor, children: this.#children } satisfies LockFile), { mode: 0o600 });
  }
}
