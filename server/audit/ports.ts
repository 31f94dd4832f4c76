import type { Head } from "./domain/find-broken.ts";

/** Where ends of the chain are kept outside of the database: whoever may change that cannot change these. */
export interface AuditAnchors {
  read(): Promise<readonly Head[]>;
  add(head: Head): Promise<void>;
}
