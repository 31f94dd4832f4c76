export { createAutoRunService, type AutoRunService } from "./auto-run-service.ts";
export { createPlanService, type PlanService } from "./plan-service.ts";
export { createDrainService, type DrainService } from "./drain-service.ts";
export { createRecoverService, type RecoverService } from "./recover-service.ts";
export { createFreezeService, type FreezeService } from "./freeze-service.ts";
export { createHistoryService, type HistoryService } from "./history-service.ts";
export { createShadowService, type ShadowService } from "./shadow-service.ts";
export { createMigrationService, type MigrationService } from "./migration-service.ts";
