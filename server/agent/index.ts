export { startAgent } from "./agent.ts";
export { createProber } from "./prober.ts";
export { createScraper } from "./scraper.ts";
export { startSender } from "./sender.ts";
export { credentialsSchema, parseText, readAgentSettings, targetSchema } from "./settings.ts";
export { openSpool } from "./spool.ts";
export { createStatusServer } from "./status-server.ts";
export { watchFile } from "./watched-file.ts";
