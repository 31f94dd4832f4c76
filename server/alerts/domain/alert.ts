import type { BreachKind } from "../../performance-analysis/domain/breach.ts";

export type AlertKind =
  | BreachKind
  | "component-down"
  | "component-degraded"
  | "data-center-unreachable"
  | "migration-failed"
  | "receipt-missed"
  | "auto-run-stopped"
  | "agent-silent"
  | "plan-expiring";

export const SEVERITIES = ["critical", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What one side saw of a component in the last minute. */
export interface SeenView {
  readonly requestsPerSecond: number;
  readonly errorRate: number | null;
  readonly latencyMsP95: number | null;
}

/** Why, as far as measurements tell: what callers got beside what instances did, never mixed. */
export interface Cause {
  /** What follows from the two views together; null where nothing does. */
  readonly conclusion: string | null;
  readonly gateway: SeenView | null;
  readonly agents: SeenView | null;
}

/** Something that is wrong now. The id stays the same for as long as the same thing is wrong. */
export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly object: { readonly kind: string; readonly id: string };
  readonly component: string | null;
  readonly dataCenter: string | null;
  /** Region of the users who feel it. */
  readonly region: string | null;
  /** Null: since ever, such as a place that was never heard of. */
  readonly since: Date | null;
  readonly message: string;
  readonly cause: Cause;
  /** An open plan that would help. */
  readonly plan: string | null;
}

/** What an alert is before plans and measurements are held beside it. */
export type Finding = Omit<Alert, "cause" | "plan" | "id"> & { readonly key: readonly string[] };

const SEVERITY: Readonly<Record<AlertKind, Severity>> = {
  "component-down": "critical",
  "data-center-unreachable": "critical",
  "error-rate": "critical",
  "migration-failed": "critical",
  "component-degraded": "warning",
  "user-latency": "warning",
  latency: "warning",
  cpu: "warning",
  link: "warning",
  "place-full": "warning",
  "receipt-missed": "warning",
  "auto-run-stopped": "warning",
  "agent-silent": "warning",
  "users-moved": "info",
  "plan-expiring": "info",
};
export const severityOf = (kind: AlertKind): Severity => SEVERITY[kind];

/** Readable in a path: names hold neither colons nor spaces. */
export const alertId = (kind: AlertKind, key: readonly string[]): string =>
  [kind, ...key].map((part) => part.replaceAll("/", ":").replaceAll(" ", "-")).join(":");

/** Worst first, then what lasts longest. */
export function inOrder(alerts: readonly Alert[]): readonly Alert[] {
  const rank = ({ severity }: Alert): number => SEVERITIES.indexOf(severity);
  return [...alerts].sort(
    (a, b) => rank(a) - rank(b) || (a.since?.getTime() ?? 0) - (b.since?.getTime() ?? 0) || a.id.localeCompare(b.id),
  );
}
