export { createAuditReader, type AuditReader } from "./audit-reader.ts";
