export { createRegistryService, type ApplyRequest, type ApplyResult, type RegistryService } from "./service.ts";
export { type RegistryStore, type RegistryUnit } from "./ports.ts";
