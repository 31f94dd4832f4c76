export * from "./common.ts";
export * from "./registry.ts";
export * from "./migration.ts";
export * from "./observation.ts";
export * from "./plan.ts";
export * from "./connectivity.ts";
export * from "./routing.ts";
export * from "./alert.ts";
