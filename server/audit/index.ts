export { anchorHead } from "./anchor-head.ts";
export { createAuditReader, type AuditReader } from "./audit-reader.ts";
export type { AuditAnchors } from "./ports.ts";
