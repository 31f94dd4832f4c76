// `npm test`: installs what is missing, runs the checks and every suite, and closes with the runners' own totals.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, generate, install, nodeBinary, requireHostNode, root, runTool } from "./lib.mjs";

requireHostNode();
process.chdir(root);
const full = process.argv.includes("--full");
const out = join(root, "node_modules/.cache/geostitch/test");
const totals = { passed: 0, failed: 0, skipped: 0 };

function installBrowser() {
  // Somebody's own browser is theirs to install: Debian's would land elsewhere.
  if (process.env.GEOSTITCH_CHROMIUM || existsSync("/usr/bin/chromium") || process.getuid?.() !== 0) return;
  console.error("test: installing Debian's Chromium …");
  spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

async function run(label, command, args, env = {}) {
  const started = Date.now();
  const { status } = await runTool(command, args, { env, stdio: "inherit" });
  console.error(
    `test: ${label} ${status === 0 ? "passed" : `failed with code ${status}`} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return status === 0;
}

/** A check is one test: it passes or it does not. */
async function check(label, args) {
  if (await run(label, nodeBinary(), args)) totals.passed += 1;
  else totals.failed += 1;
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

/** What failed, by name and first words: the end of a log is what is kept of it. */
function failures(unit, browser) {
  const units = (unit?.testResults ?? []).flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && file.status === "failed") return [{ name: file.name, message: file.message }];
    return failed.map((test) => ({ name: `${file.name} › ${test.fullName}`, message: test.failureMessages[0] }));
  });
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)];
  const journeys = (browser?.suites ?? []).flatMap(specs).filter((spec) => !spec.ok);
  const told = journeys.map((spec) => ({
    name: `${spec.file} › ${spec.title}`,
    message: spec.tests.flatMap((test) => test.results).findLast((result) => result.error)?.error.message,
  }));
  return [...units, ...told];
}

function printFailures(unit, browser) {
  for (const { name, message } of failures(unit, browser)) {
    console.log(`failed: ${name.replace(`${root}/`, "")}`);
    for (const line of (message ?? "").split("\n").slice(0, 12)) console.log(`        ${line}`);
  }
}

await install();
await generate();
installBrowser();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const bin = (path) => join(root, "node_modules", path);
/** What only reads the sources goes on beside the build, which keeps one core busy. */
async function checkSources() {
  await check("types", [bin("typescript/bin/tsc"), "--noEmit"]);
  await check("lint", [
    bin("eslint/bin/eslint.js"),
    ".",
    "--max-warnings",
    "0",
    "--cache",
    "--cache-location",
    "node_modules/.cache/eslint",
  ]);
  await check("format", [bin("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", "."]);
  await check("imports", ["scripts/check-imports.mjs"]);
  await check("unused", [bin("knip/bin/knip.js")]);
}
await Promise.all([build(), checkSources()]);

const unitFile = join(out, "vitest.json");
const unitPassed = await run("vitest", nodeBinary(), [
  bin("vitest/vitest.mjs"),
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${unitFile}`,
]);
const unit = readJson(unitFile);
totals.passed += unit?.numPassedTests ?? 0;
totals.skipped += (unit?.numPendingTests ?? 0) + (unit?.numTodoTests ?? 0);
totals.failed += unit?.numFailedTests ?? 0;
if (!unitPassed && (unit?.numFailedTests ?? 0) === 0) totals.failed += 1;

const browserFile = join(out, "playwright.json");
const browserPassed = await run("playwright", nodeBinary(), [bin("@playwright/test/cli.js"), "test"], {
  PLAYWRIGHT_JSON_OUTPUT_FILE: browserFile,
});
const report = readJson(browserFile);
const browser = report?.stats;
totals.passed += (browser?.expected ?? 0) + (browser?.flaky ?? 0);
totals.failed += browser?.unexpected ?? 0;
totals.skipped += browser?.skipped ?? 0;
if (!browserPassed && (browser?.unexpected ?? 0) === 0) totals.failed += 1;

if (full) {
  await check("crash", ["server/testing/crash/main.ts"]);
  await check("intake", ["server/testing/intake-campaign/main.ts"]);
}

printFailures(unit, report);
console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`);
process.exit(totals.failed === 0 ? 0 : 1);
