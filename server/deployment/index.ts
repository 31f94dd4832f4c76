export { UNFENCED } from "./ports.ts";
export type { AdminAnswer, CommandContext, DeploymentDriver } from "./ports.ts";
