// Runs dependency-cruiser and asserts a floor on the modules it saw: a cruiser that cannot parse finds no violation either.
import { cruise } from "dependency-cruiser";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

const MODULES_FLOOR = 320;
const require = createRequire(import.meta.url);
const { forbidden, options } = require("../.dependency-cruiser.cjs");
const targets = ["app", "components", "server", "e2e", "bench"].filter((folder) => existsSync(folder));
const { output } = await cruise(
  targets,
  { ...options, ruleSet: { forbidden }, validate: true },
  {},
  { tsConfig: extractTSConfig("tsconfig.json") },
);
const own = output.modules.filter((module) => !module.source.includes("node_modules") && !module.coreModule);
for (const violation of output.summary.violations)
  console.error(`error ${violation.rule.name}: ${violation.from} → ${violation.to}`);
if (own.length < MODULES_FLOOR)
  console.error(`error: only ${own.length} modules were cruised, at least ${MODULES_FLOOR} were expected`);
console.log(`${own.length} modules cruised, ${output.summary.violations.length} violations`);
process.exit(output.summary.violations.length > 0 || own.length < MODULES_FLOOR ? 1 : 0);
