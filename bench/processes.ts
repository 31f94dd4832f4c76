import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_A_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

export interface ProcessUse {
  readonly pid: number;
  readonly parent: number;
  /** User and system, since it began. */
  readonly cpuSeconds: number;
}

/** Every process of this machine (proc(5)); one that ends in this moment is left out. */
export function allProcesses(): readonly ProcessUse[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readOne(pid) ?? []);
}

function readOne(pid: string): ProcessUse | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { pid: Number(pid), parent: Number(fields[1]), cpuSeconds: ticks / TICKS_A_SECOND };
  } catch {
    return null;
  }
}
