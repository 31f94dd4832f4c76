export { createAnalysis, type Analysis } from "./service.ts";
