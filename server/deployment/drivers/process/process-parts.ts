import { closeSync, existsSync, openSync, renameSync, statSync } from "node:fs";
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { signalProcess, startTicksOf } from "../../../platform/process-table.ts";

const LOG_BYTES_MAX = 1024 * 1024;
const RESTART_FIRST_MS = 250;
const RESTART_MAX_MS = 8_000;

export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Its output goes there, and what was before to the same name with `.1`. */
  readonly logFile: string;
}

/** Starts a process in a session of its own, so that it outlives the host. */
export function launch({ command, args, env, workingDirectory, logFile }: Invocation): ChildProcess {
  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES_MAX) renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, "a", 0o600);
  try {
    const child = spawn(command, args, { cwd: workingDirectory, env, stdio: ["ignore", log, log], detached: true });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** SIGTERM, then SIGKILL after `graceMs`; resolves when the process is gone, and taken by its parent where that is this one. */
export async function endProcess(
  { pid, startTicks }: { readonly pid: number; readonly startTicks: string },
  graceMs: number,
  isUnreaped: () => boolean = () => false,
): Promise<void> {
  signalProcess(pid, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (startTicksOf(pid) === startTicks || isUnreaped()) {
    if (performance.now() > deadline) signalProcess(pid, "SIGKILL");
    await delay(20);
  }
}

/** The wait before a process that has ended is started again: longer each time that it ended soon. */
export const restartDelayMs = (quickFailures: number): number => Math.min(RESTART_MAX_MS, RESTART_FIRST_MS * 2 ** quickFailures);
