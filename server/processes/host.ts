import { join } from "node:path";
import { createLinkDialer } from "../connectivity-management/index.ts";
import { createHost } from "../deployment/drivers/process/host-server.ts";
import { createLogger } from "../platform/logger.ts";
import { listen, onStop } from "../platform/serve.ts";
import { readProcessEnv } from "../platform/env.ts";
import { readWiring } from "../platform/wiring.ts";
import { agentProgram } from "./agent-program.ts";

/** What the lab's components are told of the lab: its seed, and what the tests make of their machine. */
function labEnvironment(source: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["GEOSTITCH_LAB_SEED", "GEOSTITCH_LAB_PLANT", "GEOSTITCH_LAB_SLOW_DISK_MS"];
  return Object.fromEntries(names.flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]])));
}

/** The process driver's host of this machine: starts, watches and ends the instances of its data centres. */
const env = readProcessEnv(process.env);
const wiring = readWiring(env.GEOSTITCH_WIRING);
const logger = createLogger("host");
const host = createHost({
  folder: join(env.GEOSTITCH_DATA_DIR, "host"),
  url: wiring.host.url,
  token: wiring.host.token,
  dialer: createLinkDialer(wiring.relay),
  workingDirectory: process.cwd(),
  logger,
  planted: process.env["GEOSTITCH_LAB_PLANT"] ?? null,
  instanceEnv: labEnvironment(process.env),
  agents: agentProgram({ intakeUrl: wiring.intake.url, relay: wiring.relay, source: process.env }),
});
await listen(host.server, wiring.host.url);
onStop(async () => {
  await host.stopInstances(2_500);
});
