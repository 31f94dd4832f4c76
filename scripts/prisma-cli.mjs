// Runs Prisma's command line with the WebAssembly schema engine: the product and its tools start without any download.
import { spawnSync } from "node:child_process";
import { root, toolEnv } from "./lib.mjs";

const { status } = spawnSync(`${root}/node_modules/.bin/prisma`, process.argv.slice(2), {
  cwd: root,
  stdio: "inherit",
  env: toolEnv(),
});
process.exit(status ?? 1);
