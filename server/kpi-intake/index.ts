export { createAgents } from "./agents.ts";
export { readDensity, readKpis, readServiceView, readUserLatency } from "./read-series.ts";
export { createIntake } from "./webhook.ts";
