export { createAgents, createKeySeal } from "./agents.ts";
export { readDensity } from "./read-density.ts";
export { readEntryTraffic } from "./read-entry-traffic.ts";
export { readInstanceRows, readTrafficRows } from "./read-evidence.ts";
export {
  enrolInstanceAgents,
  readInstanceAgents,
  type AgentKeys,
  type InstanceAgent,
  type InstanceAgents,
} from "./instance-agents.ts";
export { readUserFlows, type UserFlow } from "./read-flows.ts";
export { readLastMinute } from "./read-last-minute.ts";
export { readKpis, readUserLatency } from "./read-series.ts";
export { createIntake } from "./webhook.ts";
