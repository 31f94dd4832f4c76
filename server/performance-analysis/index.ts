export { createAnalysis, type Analysis } from "./service.ts";
export type { EvidenceReader } from "./ports.ts";
