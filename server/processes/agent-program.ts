import { fileURLToPath } from "node:url";
import type { AgentProgram } from "../deployment/drivers/process/supervised-agent.ts";

/**
 * Optimising compilers cost more memory than they save time in a process that works some milliseconds a second: without them an
 * agent takes 65 MiB instead of 80.
 */
const FLAGS = ["--no-opt", "--no-maglev", "--no-sparkplug", "--max-semi-space-size=1", "--max-old-space-size=64"];
const PROGRAM = fileURLToPath(new URL("agent.ts", import.meta.url));
const PASSED = ["NODE_COMPILE_CACHE", "NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "GEOSTITCH_LOG_LEVEL"];

/** How a host starts the agents beside its instances; `source`: its own environment. */
export function agentProgram(options: {
  readonly intakeUrl: string;
  readonly relay: AgentProgram["relay"];
  readonly source: NodeJS.ProcessEnv;
}): AgentProgram {
  const { intakeUrl, relay, source } = options;
  const passed = Object.fromEntries(PASSED.flatMap((name) => (source[name] ? [[name, source[name]]] : [])));
  return {
    command: [process.execPath, ...FLAGS, PROGRAM],
    prepareWith: "--load-only",
    intakeUrl,
    relay,
    env: { ...passed, UV_THREADPOOL_SIZE: "1" },
  };
}
