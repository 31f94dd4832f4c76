import type { AlertDto, AlertsDto, PlanDto } from "../../server/api/shapes/index.ts";
import { headlineChange } from "../plans-page/prepare.ts";
import { milliseconds, number, percent } from "../ui/format.ts";
import type { Meaning } from "../ui/status.tsx";

export const SHOWN = ["open", "critical", "silenced", "all"] as const;
export type Shown = (typeof SHOWN)[number];

const MEANINGS: Readonly<Record<AlertDto["severity"], Meaning>> = { critical: "crit", warning: "warn", info: "info" };
export const meaningOfSeverity = (severity: AlertDto["severity"]): Meaning => MEANINGS[severity];

const isOf: Readonly<Record<Shown, (alert: AlertDto) => boolean>> = {
  open: ({ silence }) => silence === null,
  critical: ({ severity, silence }) => severity === "critical" && silence === null,
  silenced: ({ silence }) => silence !== null,
  all: () => true,
};

export interface AlertList {
  readonly rows: readonly AlertDto[];
  readonly counts: Readonly<Record<Shown, number>>;
}

/** What is shown of it, and how many there would be else: nobody has to try the other filters. */
export function alertList(items: readonly AlertDto[], shown: Shown, filter: string): AlertList {
  const wanted = filter.trim().toLowerCase();
  const fits = ({ message, object, kind, dataCenter, region }: AlertDto): boolean =>
    [message, object.id, kind, dataCenter ?? "", region ?? ""].some((text) => text.toLowerCase().includes(wanted));
  const found = items.filter(fits);
  const counts = Object.fromEntries(SHOWN.map((name) => [name, found.filter(isOf[name]).length])) as AlertList["counts"];
  return { rows: found.filter(isOf[shown]), counts };
}

/** Where the thing that is wrong has its page; null where it has none. */
export function hrefOf({ kind, id }: AlertDto["object"]): string | null {
  const [from = "", to = ""] = id.split("/");
  const pages: Readonly<Record<string, string>> = {
    Component: `/components/${id}`,
    DataCenter: `/data-centers?place=${encodeURIComponent(id)}`,
    Link: `/connectivity?pair=${encodeURIComponent(`${from}~${to}`)}`,
    Migration: `/migrations/${id}`,
    Plan: `/plans/${id}`,
    Policy: `/policy?policy=${encodeURIComponent(id)}`,
  };
  return pages[kind] ?? null;
}

/** "Review plan, −80 ms": what it would change, where a figure says it. */
export function reviewWords(plan: PlanDto | undefined): string {
  const change = plan ? headlineChange(plan) : null;
  return change ? `Review plan, ${change.value}` : "Review plan";
}

export interface ViewRow {
  readonly who: string;
  readonly requests: string;
  readonly errors: string;
  readonly p95: string;
}

/** The two views, each by itself: an agent alone must not be believed, nor a gateway. */
export function viewRows({ cause }: Pick<AlertDto, "cause">): readonly ViewRow[] {
  return (["gateway", "agents"] as const).flatMap((who) => {
    const view = cause[who];
    return view === null
      ? []
      : [
          {
            who: who === "gateway" ? "Gateway saw" : "Agents report",
            requests: `${number(view.requestsPerSecond)} req/s`,
            errors: `${percent(view.errorRate)} failed`,
            p95: `p95 ${milliseconds(view.latencyMsP95)}`,
          },
        ];
  });
}

/** How long an episode lasted, ms. */
export const lastedMs = ({ beganAt, lastAt }: AlertsDto["ended"][number]): number =>
  Math.max(0, Date.parse(lastAt) - Date.parse(beganAt));

export const SILENCES = [
  ["60", "1 h"],
  ["240", "4 h"],
  ["1440", "24 h"],
  ["10080", "7 d"],
] as const;
