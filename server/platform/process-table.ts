import { readFileSync } from "node:fs";

/** `USER_HZ`: 100 on every Linux that Node runs on (proc(5)); asking `getconf` would cost a process. */
const TICK_MS = 10;

interface ProcessReading {
  readonly pid: number;
  /** When it began, in clock ticks since boot: a number that was given to another process is not it. */
  readonly startTicks: string;
  readonly ageMs: number;
  /** User and system time of the process and its threads since it began. */
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

/** Fields 3 and on of `/proc/PID/stat`; null when the process is gone. */
function statOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended; only its parent has not looked yet.
    return fields[0] === "Z" ? null : fields;
  } catch {
    return null;
  }
}

/** Start time of a process in clock ticks since boot, or null when it is gone (field 22 of /proc/PID/stat, proc(5)). */
export const startTicksOf = (pid: number): string | null => statOf(pid)?.[19] ?? null;

/** What a process has used until now, or null when it is gone. */
export function readProcess(pid: number): ProcessReading | null {
  const fields = statOf(pid);
  const startTicks = fields?.[19];
  if (!fields || startTicks === undefined) return null;
  try {
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    const uptimeMs = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
    return {
      pid,
      startTicks,
      ageMs: Math.max(0, uptimeMs - Number(startTicks) * TICK_MS),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      memoryMiB: Number(resident?.[1] ?? "0") / 1024,
    };
  } catch {
    return null;
  }
}

export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already, which is what was asked for.
  }
}
