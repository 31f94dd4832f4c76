import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { openSpool } from "./spool.ts";

const freshFolder = (): string => mkdtempSync(join(tmpdir(), "geostitch-spool-"));
const logged = () => {
  const lines: string[] = [];
  return { lines, logger: pino({ level: "warn" }, { write: (line: string) => void lines.push(line) }) };
};
const open = (folder: string, bytesMax = 1024 * 1024) => openSpool({ folder, bytesMax, logger: logged().logger });

test("batches come out in their order, each with one id over every opening, until they are removed", () => {
  const folder = freshFolder();
  const spool = open(folder);
  for (const body of ["one", "two", "three"]) spool.add({ body, checkpoint: null });
  const first = spool.first();
  expect(first?.body).toBe("one");
  const again = open(folder);
  expect(again.first()).toEqual(first);
  again.remove(first?.id ?? "");
  expect([again.first()?.body, open(folder).first()?.body]).toEqual(["two", "two"]);
});

test("the last checkpoint is known whether its batch was delivered or not", () => {
  const folder = freshFolder();
  const spool = open(folder);
  spool.add({ body: "one", checkpoint: { at: 1 } });
  spool.add({ body: "links", checkpoint: null });
  expect(open(folder).checkpoint).toEqual({ at: 1 });
  for (let batch = spool.first(); batch; batch = spool.first()) spool.remove(batch.id);
  expect(open(folder).checkpoint).toEqual({ at: 1 });
  spool.add({ body: "two", checkpoint: { at: 2 } });
  expect(open(folder).checkpoint).toEqual({ at: 2 });
});

test("a spool that is full drops its oldest batches, says so, and counts them", () => {
  const folder = freshFolder();
  const { lines, logger } = logged();
  const spool = openSpool({ folder, bytesMax: 5 * 4096, logger });
  for (let batch = 1; batch <= 12; batch += 1) spool.add({ body: `batch ${batch}`, checkpoint: null });
  expect(spool.first()?.body).toBe("batch 8");
  expect(spool.status()).toEqual({ batches: 5, bytes: 5 * 4096, dropped: 7 });
  expect(lines.join("")).toContain("oldest batches were dropped");
  expect(readdirSync(folder)).toHaveLength(5);
});

test("what a cut-off or foreign file holds is given up, and stands in nobody's way", () => {
  const folder = freshFolder();
  const spool = open(folder);
  for (const body of ["torn", "whole"]) spool.add({ body, checkpoint: null });
  const [oldest = ""] = readdirSync(folder).sort();
  truncateSync(join(folder, oldest), 20);
  writeFileSync(join(folder, "000000000009-msg_half.json.new"), '{"id":');
  appendFileSync(join(folder, "notes.txt"), "not a batch");
  const again = open(folder);
  expect(again.first()?.body).toBe("whole");
  expect(again.status()).toMatchObject({ batches: 1, dropped: 1 });
  expect(readdirSync(folder).some((name) => name.endsWith(".new"))).toBe(false);
});

/** Adds and removes batches as fast as it can, and tells each step after it was done. */
const WRITER = `import { openSpool } from ${JSON.stringify(new URL("spool.ts", import.meta.url).href)};
  import { writeSync } from "node:fs";
  const spool = openSpool({ folder: process.argv[1], bytesMax: 1e9, logger: console });
  for (let n = 1; ; n += 1) {
    spool.add({ body: "batch " + n, checkpoint: { n } });
    writeSync(1, "added " + n + "\\n");
    const first = spool.first();
    if (n % 3 === 0 && first) { writeSync(1, "removing " + first.body.slice(6) + "\\n"); spool.remove(first.id); }
  }`;

test("after a kill -9 at any moment nothing that was added is missing, and nothing is twice", async () => {
  for (let round = 0; round < 5; round += 1) {
    const folder = freshFolder();
    const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    let steps = 0;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      told += text;
      steps += 1;
      if (told.length > 150 * (round + 1)) child.kill("SIGKILL");
    });
    await once(child, "close");
    expect(steps).toBeGreaterThan(0);
    const numbersOf = (verb: string) => [...told.matchAll(new RegExp(`^${verb} (\\d+)$`, "gm"))].map((match) => Number(match[1]));
    const [added, removing] = [numbersOf("added"), numbersOf("removing")];
    const spool = open(folder);
    const checkpoint = spool.checkpoint as { n: number };
    const left: number[] = [];
    for (let batch = spool.first(); batch; batch = spool.first()) {
      left.push(Number(batch.body.slice("batch ".length)));
      spool.remove(batch.id);
    }
    const lastTold = added.at(-1) ?? 0;
    // The step that was under way may be done or not; nothing else may be open.
    const mayBeGone = new Set(removing);
    expect(left).toEqual([...new Set(left)].sort((a, b) => a - b));
    expect(added.filter((n) => !mayBeGone.has(n) && !left.includes(n))).toEqual([]);
    expect(left.filter((n) => removing.slice(0, -1).includes(n))).toEqual([]);
    expect(checkpoint.n).toBeGreaterThanOrEqual(lastTold);
    rmSync(folder, { recursive: true, force: true });
  }
});

const canMount = process.getuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;

/** In a mount namespace of its own, on a disk of 64 KiB that somebody else fills up. */
const ON_A_SMALL_DISK = `import { openSpool } from ${JSON.stringify(new URL("spool.ts", import.meta.url).href)};
  import { writeFileSync, rmSync } from "node:fs";
  const warnings = [];
  const logger = { warn: (data, text) => warnings.push(text), error: () => undefined };
  const home = process.argv[1];
  const spool = openSpool({ folder: home + "/spool", bytesMax: 1e9, logger });
  for (let n = 1; n <= 6; n += 1) spool.add({ body: "batch " + n, checkpoint: { n } });
  try { writeFileSync(home + "/filler", Buffer.alloc(1024 * 1024)); } catch {}
  for (let n = 7; n <= 9; n += 1) spool.add({ body: "batch " + n, checkpoint: { n } });
  const full = { ...spool.status(), first: spool.first().body };
  rmSync(home + "/filler");
  spool.add({ body: "batch 10", checkpoint: { n: 10 } });
  const bodies = [];
  for (let b = spool.first(); b; b = spool.first()) { bodies.push(b.body); spool.remove(b.id); }
  console.log(JSON.stringify({ full, bodies, warnings }));`;

test.skipIf(!canMount)("on a full disk the oldest batches make room for the newest (needs root for a disk of its own)", () => {
  const folder = freshFolder();
  const script = `mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" --input-type=module -e "$3" "$1"`;
  const { stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", script, "sh", folder, process.execPath, ON_A_SMALL_DISK], {
    encoding: "utf8",
  });
  const { full, bodies, warnings } = JSON.parse(stdout || `"${stderr}"`) as {
    full: { dropped: number; first: string };
    bodies: string[];
    warnings: string[];
  };
  expect(full.dropped).toBeGreaterThanOrEqual(3);
  expect(full.first).toBe(`batch ${full.dropped + 1}`);
  expect(bodies).toEqual(Array.from({ length: 10 - full.dropped }, (_, index) => `batch ${full.dropped + 1 + index}`));
  expect(warnings.join(" ")).toContain("oldest batches were dropped");
  expect(readFileSync("/proc/mounts", "utf8")).not.toContain(folder);
});
