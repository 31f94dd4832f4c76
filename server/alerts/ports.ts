import type { NewAuditEntry } from "../platform/db/audit-trail.ts";
import type { Alert } from "./domain/alert.ts";
import type { AlertInput } from "./domain/find-alerts.ts";

/** What alerts are found in. */
export interface AlertSources {
  read(): Promise<Omit<AlertInput, "now">>;
}

/** An alert that somebody has seen: it stays in the list and counts no more until its silence ends. */
export interface Silence {
  readonly alert: string;
  readonly reason: string;
  readonly until: Date;
  readonly by: { readonly kind: "user" | "key" | "system"; readonly name: string };
  readonly createdAt: Date;
}

/** One stretch of time in which something was wrong. */
export interface Episode extends Pick<Alert, "id" | "kind" | "severity" | "object" | "message"> {
  readonly beganAt: Date;
  /** Last time that it was still so. */
  readonly lastAt: Date;
}

export interface AlertStore {
  silences(now: Date): Promise<readonly Silence[]>;
  silence(silence: Silence, entry: NewAuditEntry): Promise<void>;
  /** False where none was in force. */
  endSilence(alert: string, entry: NewAuditEntry): Promise<boolean>;
  /** Notes what is wrong now: an episode that was noted a moment ago goes on, others begin. Forgets what ended a day ago. */
  note(alerts: readonly Alert[], now: Date): Promise<void>;
  /** Episodes of the last day that are over, newest first. */
  ended(now: Date): Promise<readonly Episode[]>;
}
