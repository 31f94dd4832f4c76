import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { signalProcess, startTicksOf } from "../../platform/process-table.ts";
import { AppError } from "../../platform/app-error.ts";
import { writeWhole } from "../../platform/write-whole.ts";

const recordedSchema = z.object({ pid: z.number().int(), ticks: z.string() });
const lockSchema = z.object({
  supervisor: recordedSchema,
  /** Who started the supervisor and passes signals on to it, `npm` and the start script: without them nobody can end it. */
  launchers: z.array(recordedSchema).default([]),
  children: z.record(z.string(), recordedSchema),
});
type Recorded = z.infer<typeof recordedSchema>;
type LockFile = z.infer<typeof lockSchema>;

const ORPHAN_ENDS_WITHIN_MS = 10_000;
const GONE_WITHIN_MS = 3_000;
const SAVE_AGAIN_MS = 1_000;

const isAlive = ({ pid, ticks }: Recorded): boolean => startTicksOf(pid) === ticks;

function waitUntilGone(processes: readonly Recorded[], withinMs: number): void {
  const deadline = performance.now() + withinMs;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (processes.some(isAlive) && performance.now() < deadline) Atomics.wait(pause, 0, 0, 20);
}

/** Ends them and waits until they are gone: only then are their ports free. */
function endAll(processes: readonly Recorded[]): void {
  for (const recorded of processes) if (isAlive(recorded)) signalProcess(recorded.pid, "SIGKILL");
  waitUntilGone(processes, GONE_WITHIN_MS);
}

function recordedOf(pid: number): Recorded | null {
  const ticks = startTicksOf(pid);
  return ticks === null ? null : { pid, ticks };
}

/** A supervisor whose launcher was killed keeps running, and nobody holds it any more. */
const isOrphan = ({ launchers }: LockFile): boolean => launchers.some((launcher) => !isAlive(launcher));

/** The data folder's lock: one installation at a time, and after a `kill -9` a list of what was left running. */
export class DataLock {
  readonly #file: string;
  readonly #dataDir: string;
  readonly #launchers: readonly Recorded[];
  readonly #children: Record<string, Recorded> = {};
  #saveAgain: NodeJS.Timeout | null = null;

  /** Refuses a folder that another supervisor uses; ends the children of one that was killed, and one whose launcher was. */
  constructor(dataDir: string, launchers: readonly number[] = []) {
    this.#dataDir = dataDir;
    this.#file = join(dataDir, "supervisor.json");
    this.#launchers = launchers.flatMap((pid) => recordedOf(pid) ?? []);
    while (!this.#create()) this.#takeFromTheDead();
  }

  record(name: string, pid: number | undefined): void {
    const recorded = pid === undefined ? null : recordedOf(pid);
    if (recorded === null) Reflect.deleteProperty(this.#children, name);
    else this.#children[name] = recorded;
    this.#save();
  }

  release(): void {
    if (this.#saveAgain) clearTimeout(this.#saveAgain);
    rmSync(this.#file, { force: true });
  }

  /** Only one of two that start at once can link its file into place. */
  #create(): boolean {
    const own = `${this.#file}.${process.pid}`;
    writeFileSync(own, this.#text(), { mode: 0o600 });
    try {
      linkSync(own, this.#file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      rmSync(own, { force: true });
    }
  }

  #takeFromTheDead(): void {
    const lock = readLock(this.#file);
    if (lock && isAlive(lock.supervisor) && isOrphan(lock)) {
      signalProcess(lock.supervisor.pid, "SIGTERM");
      waitUntilGone([lock.supervisor], ORPHAN_ENDS_WITHIN_MS);
      endAll([lock.supervisor]);
    }
    if (lock && isAlive(lock.supervisor))
      throw new AppError(
        "conflict",
        `${this.#dataDir} is in use by another Geostitch (process ${lock.supervisor.pid}): set GEOSTITCH_DATA_DIR`,
      );
    if (lock) endAll(Object.values(lock.children));
    this.#setAside(lock);
  }

  /** Moves the dead one's file away, unless somebody else has put a new one there in between. */
  #setAside(judged: LockFile | null): void {
    const aside = `${this.#file}.old-${process.pid}`;
    try {
      renameSync(this.#file, aside);
    } catch {
      return;
    }
    const taken = readLock(aside);
    if (taken && taken.supervisor.pid !== judged?.supervisor.pid) renameSync(aside, this.#file);
    else rmSync(aside, { force: true });
  }

  /** A full disk must not end the supervisor: what could not be written down is written when there is room again. */
  #save(): void {
    if (this.#saveAgain) clearTimeout(this.#saveAgain);
    this.#saveAgain = null;
    try {
      writeWhole(this.#file, this.#text());
    } catch {
      this.#saveAgain = setTimeout(() => this.#save(), SAVE_AGAIN_MS);
      this.#saveAgain.unref();
    }
  }

  #text(): string {
    const supervisor = { pid: process.pid, ticks: startTicksOf(process.pid) ?? "" };
    return JSON.stringify({ supervisor, launchers: [...this.#launchers], children: this.#children } satisfies LockFile);
  }
}

/** Null: there is none, or one that a full disk cut off, which names nobody. */
function readLock(file: string): LockFile | null {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
