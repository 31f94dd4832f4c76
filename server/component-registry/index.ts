export { createRegistryService, type RegistryService } from "./service.ts";
