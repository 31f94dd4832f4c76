export { createAgents } from "./agents.ts";
export {
  enrolInstanceAgents,
  plainKeys,
  readInstanceAgents,
  type AgentKeys,
  type InstanceAgent,
  type InstanceAgents,
} from "./instance-agents.ts";
export { readLastMinute } from "./read-last-minute.ts";
export { readDensity, readKpis, readServiceView, readUserLatency } from "./read-series.ts";
export { createIntake } from "./webhook.ts";
