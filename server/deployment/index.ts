export type { AdminAnswer, CommandContext, DeploymentDriver } from "./ports.ts";
