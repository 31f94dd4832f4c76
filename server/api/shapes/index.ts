export * from "./common.ts";
export * from "./registry.ts";
export * from "./migration.ts";
export * from "./observation.ts";
export * from "./plan.ts";
export * from "./history.ts";
export * from "./auto-run.ts";
export * from "./connectivity.ts";
