import {
  createProber,
  createScraper,
  createStatusServer,
  credentialsSchema,
  openSpool,
  parseText,
  readAgentSettings,
  startAgent,
  startSender,
  targetSchema,
  watchFile,
} from "../agent/index.ts";
import { dialLink } from "../connectivity-management/dial-link.ts";
import { createLogger } from "../platform/logger.ts";
import { readProcess } from "../platform/process-table.ts";
import { listenAt, onStop } from "../platform/serve.ts";

/** The process beside an instance: looks at it each second, at its place's links where it is asked to, and reports both. */
const STOP_WITHIN_MS = 1_000;

// Loading everything and ending is how a host fills Node's compile cache: an agent that need not translate takes 30 MiB less.
if (process.argv.includes("--load-only")) process.exit(0);
const settings = readAgentSettings(process.env);
const logger = createLogger("agent");
const spool = openSpool({ folder: settings.spoolFolder, bytesMax: settings.spoolBytesMax, logger });
const credentials = watchFile(
  settings.credentialsFile,
  (text) => parseText(credentialsSchema, text, settings.credentialsFile),
  logger,
);
const sender = startSender({
  intake: settings.intake,
  spool,
  credentials: () => credentials.read(),
  logger,
  random: () => Math.random(),
});
const agent = startAgent({
  target: watchFile(settings.targetFile, (text) => parseText(targetSchema, text, settings.targetFile), logger),
  scraper: createScraper(),
  readProcess,
  prober: createProber(dialLink),
  spool,
  sender,
  logger,
  random: () => Math.random(),
  onAbandoned: () => process.exit(0),
});
onStop(() => agent.stop(STOP_WITHIN_MS));
// What is left of the process before this one goes out at once.
sender.wake();
if (settings.port !== null)
  await listenAt(createStatusServer(spool, sender), "127.0.0.1", settings.port).catch((error: unknown) =>
    logger.warn({ err: error }, "the agent's own page cannot be served; it goes on without"),
  );
