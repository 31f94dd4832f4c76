import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startTicksOf } from "../../platform/process-table.ts";
import { DataLock } from "./leftovers.ts";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** A process that only waits, as the file of a lock names it. */
async function waiting(): Promise<{ child: ChildProcess; recorded: { pid: number; ticks: string } }> {
  const child = spawn("sleep", ["60"]);
  started.push(child);
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  return { child, recorded: { pid, ticks: startTicksOf(pid) ?? "" } };
}

const folder = (): string => mkdtempSync(join(tmpdir(), "geostitch-lock-"));
const put = (dataDir: string, lock: unknown): void =>
  writeFileSync(join(dataDir, "supervisor.json"), typeof lock === "string" ? lock : JSON.stringify(lock));
const ended = async ({ child }: { child: ChildProcess }): Promise<NodeJS.Signals | null> =>
  child.signalCode ?? ((await once(child, "exit")) as [number, NodeJS.Signals | null])[1];
const GONE = { pid: 999_999_999, ticks: "1" };

describe("the data folder's lock", () => {
  test("a folder that a running installation uses is refused in one line", () => {
    const dataDir = folder();
    const first = new DataLock(dataDir, [process.pid]);
    expect(() => new DataLock(dataDir)).toThrow(/is in use by another Geostitch/);
    first.release();
    expect(() => new DataLock(dataDir)).not.toThrow();
  });

  test("what a killed supervisor left running is ended", async () => {
    const dataDir = folder();
    const left = await waiting();
    put(dataDir, { supervisor: GONE, launchers: [], children: { host: left.recorded } });
    new DataLock(dataDir);
    expect(await ended(left)).toBe("SIGKILL");
  });

  test("a supervisor whose npm was killed is ended by the next start, since nobody else can", async () => {
    const dataDir = folder();
    const supervisor = await waiting();
    put(dataDir, { supervisor: supervisor.recorded, launchers: [GONE], children: {} });
    new DataLock(dataDir);
    expect(await ended(supervisor)).toBe("SIGTERM");
    expect(readFileSync(join(dataDir, "supervisor.json"), "utf8")).toContain(`"pid":${process.pid}`);
  });

  test("a file that a full disk cut off keeps nobody from starting", () => {
    for (const text of ["", '{"supervisor":{"pid":', "{}"]) {
      const dataDir = folder();
      put(dataDir, text);
      expect(() => new DataLock(dataDir)).not.toThrow();
    }
  });
});
