// What the plain-JavaScript scripts share: they run on whatever Node the host has, before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const bundledNode = join(root, "node_modules/node/bin/node");

/** Node 24 as npm brought it, or the host's own where that is new enough to run TypeScript. */
export function nodeBinary() {
  if (existsSync(bundledNode)) return bundledNode;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  throw new Error(`Node ${process.versions.node} cannot run this, and node_modules/node is missing: run npm ci`);
}

export function requireHostNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
  process.exit(1);
}

/** The environment in which every tool of the project runs. */
export function toolEnv(extra = {}) {
  return {
    ...process.env,
    PATH: `${join(root, "node_modules/.bin")}:${dirname(bundledNode)}:${process.env.PATH ?? ""}`,
    PRISMA_SCHEMA_ENGINE_BINARY: join(root, "scripts/schema-engine.mjs"),
    NEXT_TELEMETRY_DISABLED: "1",
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    ...extra,
  };
}

const tools = new Set();
let stoppedBy = null;

/** While tools run, a signal ends them with all that they started, and then this process. */
function endToolsWith(signal) {
  stoppedBy ??= signal;
  const kill = (how) => {
    for (const { pid } of tools)
      try {
        process.kill(-pid, how);
      } catch {
        // It has ended in this moment.
      }
  };
  kill("SIGTERM");
  setTimeout(() => kill("SIGKILL"), 3_000).unref();
  if (tools.size === 0) process.exit(1);
}

/** Runs a tool in a group of its own, since a signal to this process alone would leave it behind; answers how it ended and what it said. */
export function runTool(command, args, { stdio = ["ignore", "pipe", "pipe"], env = {} } = {}) {
  if (process.listenerCount("SIGTERM") === 0)
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => endToolsWith(signal));
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: toolEnv(env), stdio, detached: true });
    tools.add(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (said += text));
    const end = (status) => {
      tools.delete(child);
      if (stoppedBy !== null) process.exit(1);
      resolve({ status, said });
    };
    child.once("error", (error) => {
      said += `${error.message}\n`;
      end(1);
    });
    child.once("close", (code) => end(code ?? 1));
  });
}

/** Runs a tool; on failure shows what it said and ends this process. */
async function must(command, args, label) {
  const { status, said } = await runTool(command, args);
  if (status === 0) return;
  process.stderr.write(said);
  console.error(`${label} failed with code ${status}`);
  process.exit(1);
}

function hashTree(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    if (!existsSync(path)) return;
    const stat = statSync(path);
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort())
        if (!["node_modules", ".next", "screenshots"].includes(name)) visit(join(path, name));
    } else if (!path.endsWith(".test.ts")) hash.update(path.slice(root.length)).update(readFileSync(path));
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest("hex");
}

/** Does `work` when any of `sources` has changed since it last succeeded, or what it makes is missing. */
async function whenChanged({ name, sources, makes, work }) {
  const stampFile = join(root, "node_modules/.cache/geostitch", name);
  const stamp = hashTree(sources);
  if (makes.every((path) => existsSync(join(root, path))) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp)
    return;
  await work();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

const say = (text) => console.error(`geostitch: ${text}`);

export function install() {
  return whenChanged({
    name: "install",
    sources: ["package-lock.json"],
    makes: ["node_modules/next/package.json", "node_modules/node/bin/node"],
    work: async () => {
      say("installing packages (a few minutes the first time) …");
      await must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci");
    },
  });
}

export function generate() {
  return whenChanged({
    name: "generate",
    sources: ["prisma/schema", "prisma.config.ts"],
    makes: ["generated/prisma/client.ts"],
    work: async () => {
      say("generating the database client …");
      await must(join(root, "node_modules/.bin/prisma"), ["generate"], "prisma generate");
    },
  });
}

export function build() {
  return whenChanged({
    name: "build",
    sources: [
      "app",
      "components",
      "server",
      "generated",
      "scripts/build-assets.ts",
      "scripts/compress-assets.mjs",
      "next.config.ts",
      "instrumentation.ts",
      "tsconfig.json",
      "package-lock.json",
      "postcss.config.cjs",
    ],
    makes: [".next/BUILD_ID", "public/map/world.json"],
    work: async () => {
      say("building the console (about a minute) …");
      await must(nodeBinary(), ["scripts/build-assets.ts"], "build-assets");
      const next = [nodeBinary(), ["node_modules/next/dist/bin/next", "build"]];
      // A build that was cut off leaves a cache that the next one may trip over: a failure is tried once more from nothing.
      if ((await runTool(...next)).status !== 0) {
        rmSync(join(root, ".next"), { recursive: true, force: true });
        await must(...next, "next build");
      }
      await must(nodeBinary(), ["scripts/compress-assets.mjs"], "compress-assets");
    },
  });
}

/** Runs a TypeScript file on Node 24 as if it were this process: same streams, same signals, same end. */
export function become(file, args = [], env = {}) {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.removeAllListeners(signal);
  // Whoever holds it: npm, where that is the parent, and this process. When one of them is killed, nobody holds it any more.
  const launchers = process.env.npm_lifecycle_event === undefined ? [process.pid] : [process.ppid, process.pid];
  const child = spawn(nodeBinary(), [join(root, file), ...args], {
    stdio: "inherit",
    env: toolEnv({ GEOSTITCH_LAUNCHERS: launchers.join(","), ...env }),
  });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  // A closed terminal tells both, but a supervisor that closes one tells only this process.
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  // A Ctrl-C reaches the child by the terminal as well; what matters is that this process waits for it.
  process.on("SIGINT", () => undefined);
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
