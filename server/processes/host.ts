import { join } from "node:path";
import { createLinkDialer } from "../connectivity-management/index.ts";
import { createHost } from "../deployment/drivers/process/host-server.ts";
import { createLogger } from "../platform/logger.ts";
import { listen, onStop } from "../platform/serve.ts";
import { readProcessEnv } from "../platform/env.ts";
import { readWiring } from "../platform/wiring.ts";

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
});
await listen(host.server, wiring.host.url);
onStop(async () => {
  await host.stopInstances(2_500);
});
