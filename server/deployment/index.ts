export { agentFingerprint, commandFingerprint } from "./command-fingerprint.ts";
export { UNFENCED } from "./ports.ts";
export type { AdminAnswer, CommandContext, DeploymentDriver } from "./ports.ts";
