export { createAlerts, type Alerts, type AlertsNow, type KnownAlert } from "./service.ts";
export type { AlertSources } from "./ports.ts";
