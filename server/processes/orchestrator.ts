import { openDatabase } from "../platform/db/client.ts";
import { readProcessEnv } from "../platform/env.ts";
import { createLogger } from "../platform/logger.ts";
import { onStop } from "../platform/serve.ts";
import { readWiring } from "../platform/wiring.ts";
import { composeOrchestrator } from "./orchestrator-parts.ts";

/** The orchestrator as a process of its own: any number on one database, of which one leads. */
const env = readProcessEnv(process.env);
const database = openDatabase(env.GEOSTITCH_PROCESS_DATABASE_URL, { name: "geostitch-orchestrator", connectionsMax: 10 });
const parts = composeOrchestrator({
  database,
  env,
  wiring: readWiring(env.GEOSTITCH_WIRING),
  logger: createLogger("orchestrator"),
});
onStop(async () => {
  await parts.stop();
  await database.close();
});
