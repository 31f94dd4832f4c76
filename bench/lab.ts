/**
 * What the shipped lab costs at its own rate, and how long a person waits for the map beside it: `npm run bench:lab`. Starts the
 * product as `npm start` does, in a data folder and on ports of its own; CPU and memory are of all its processes together.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "@playwright/test";
import { LAUNCH, PERSON } from "../e2e/fixtures/browser.ts";
import startProduct from "../e2e/fixtures/start-product.ts";
import { allProcesses, type ProcessUse } from "./processes.ts";
import { median } from "./statistics.ts";

const SETTLE_MS = 20_000;
const WINDOW_MS = 60_000;
const LOADS = 6;

interface Usage {
  readonly cpuSeconds: number;
  readonly bytes: number;
  readonly processes: number;
}

/** Memory that is the process's own, and its part of what it shares. */
function proportionalBytes(pid: number): number {
  try {
    const line = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    return Number(line?.[1] ?? "0") * 1024;
  } catch {
    return 0;
  }
}

/** Every process that this one has begun, and that those have begun. */
function usage(): Usage {
  const all = new Map(allProcesses().map((process_) => [process_.pid, process_]));
  const isOurs = ({ parent }: ProcessUse): boolean => {
    const above = all.get(parent);
    return parent === process.pid || (above !== undefined && isOurs(above));
  };
  const ours = [...all.values()].filter(isOurs);
  return {
    cpuSeconds: ours.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    bytes: ours.reduce((sum, { pid }) => sum + proportionalBytes(pid), 0),
    processes: ours.length,
  };
}

async function mapMeaningfulMs(url: string, theme: string): Promise<number> {
  const browser = await chromium.launch(LAUNCH);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.request.post(`${url}/api/auth/sign-in/email`, {
      data: PERSON,
    });
    await context.addCookies([{ name: "geostitch-theme", value: theme, url }]);
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForSelector('[data-map-ready="true"]');
    return await page.evaluate(() => performance.getEntriesByName("map:meaningful")[0]?.startTime ?? Number.NaN);
  } finally {
    await browser.close();
  }
}

const stop = await startProduct();
try {
  await delay(SETTLE_MS);
  const before = usage();
  await delay(WINDOW_MS);
  const after = usage();
  const share = (after.cpuSeconds - before.cpuSeconds) / (WINDOW_MS / 1000) / cpus().length;
  console.log(
    `lab: ${(share * 100).toFixed(1)} % of ${cpus().length} cores over ${WINDOW_MS / 1000} s, ${(after.bytes / 2 ** 30).toFixed(2)} GiB, ${after.processes} processes`,
  );
  const times: number[] = [];
  for (let load = 0; load < LOADS; load += 1)
    times.push(await mapMeaningfulMs(process.env["GEOSTITCH_E2E_CONSOLE"] ?? "", load % 2 === 0 ? "dark" : "light"));
  console.log(
    `map: a first real picture after ${times.map((ms) => (ms / 1000).toFixed(1)).join(", ")} s; median ${(median(times) / 1000).toFixed(1)} s`,
  );
} finally {
  await stop();
}
