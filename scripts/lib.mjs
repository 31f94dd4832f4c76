// What the plain-JavaScript scripts share: they run on whatever Node the host has, before anything is installed.
import { spawn, spawnSync } from "node:child_process";
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

/** Runs a tool; on failure shows what it said and ends this process. */
export function must(command, args, { quiet = true, env = {}, label = args[0] } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: toolEnv(env),
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return result.stdout ?? "";
  if (quiet) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  console.error(`${label} failed${result.error ? `: ${result.error.message}` : ` with code ${result.status}`}`);
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
function whenChanged({ name, sources, makes, work }) {
  const stampFile = join(root, "node_modules/.cache/geostitch", name);
  const stamp = hashTree(sources);
  if (makes.every((path) => existsSync(join(root, path))) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp)
    return;
  work();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

const say = (text) => console.error(`geostitch: ${text}`);

export function install() {
  whenChanged({
    name: "install",
    sources: ["package-lock.json"],
    makes: ["node_modules/next/package.json", "node_modules/node/bin/node"],
    work: () => {
      say("installing packages (a few minutes the first time) …");
      must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { label: "npm ci" });
    },
  });
}

export function generate() {
  whenChanged({
    name: "generate",
    sources: ["prisma/schema", "prisma.config.ts"],
    makes: ["generated/prisma/client.ts"],
    work: () => {
      say("generating the database client …");
      must(join(root, "node_modules/.bin/prisma"), ["generate"], { label: "prisma generate" });
    },
  });
}

export function build() {
  whenChanged({
    name: "build",
    sources: [
      "app",
      "components",
      "server",
      "generated",
      "scripts/build-assets.ts",
      "next.config.ts",
      "instrumentation.ts",
      "tsconfig.json",
      "package-lock.json",
      "postcss.config.cjs",
    ],
    makes: [".next/BUILD_ID", "public/map/world.json"],
    work: () => {
      say("building the console (about a minute) …");
      must(nodeBinary(), ["scripts/build-assets.ts"], { label: "build-assets" });
      const next = [nodeBinary(), ["node_modules/next/dist/bin/next", "build"]];
      // A build that was cut off leaves a cache that the next one may trip over: a failure is tried once more from nothing.
      if (spawnSync(...next, { cwd: root, env: toolEnv(), stdio: "ignore" }).status === 0) return;
      rmSync(join(root, ".next"), { recursive: true, force: true });
      must(...next, { label: "next build" });
    },
  });
}

/** Runs a TypeScript file on Node 24 as if it were this process: same streams, same signals, same end. */
export function become(file, args = [], env = {}) {
  const child = spawn(nodeBinary(), [join(root, file), ...args], { stdio: "inherit", env: toolEnv(env) });
  const pass = (signal) => process.on(signal, () => child.kill(signal));
  pass("SIGTERM");
  // A Ctrl-C reaches the child by the terminal as well; what matters is that this process waits for it.
  process.on("SIGINT", () => undefined);
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
