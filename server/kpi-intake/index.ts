export { createAgents } from "./agents.ts";
export { readInstanceRows, readTrafficRows } from "./read-evidence.ts";
export { readLastMinute } from "./read-last-minute.ts";
export { readDensity, readKpis, readServiceView, readUserLatency } from "./read-series.ts";
export { createIntake } from "./webhook.ts";
