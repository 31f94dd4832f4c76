import { WEEKDAYS } from "../../server/component-registry/domain/manifest.ts";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import type { Window } from "./draft.ts";

/** A day of the world's clock, UTC: when moves may begin by themselves, and what moved. Minutes since midnight. */

export const DAY = 1_440;

export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly allowed: boolean;
  /** Why it is denied, where somebody wrote it down. */
  readonly reason: string;
}

const minutesOf = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
};

/** Monday is the first day of a week. */
export const weekdayOf = (at: Date): (typeof WEEKDAYS)[number] => WEEKDAYS[(at.getUTCDay() + 6) % 7] ?? "mon";

interface Span {
  readonly from: number;
  readonly to: number;
  readonly window: Window;
}

/** A window's hours on one day; one that goes over midnight has its end on the day after. */
function spansOn(window: Window, today: string): Span[] {
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  const yesterday = WEEKDAYS[(WEEKDAYS.indexOf(today as (typeof WEEKDAYS)[number]) + 6) % 7] ?? "sun";
  const isOn = (day: string): boolean => window.days.some((one) => one === day);
  if (to > from) return isOn(today) ? [{ from, to, window }] : [];
  return [...(isOn(today) ? [{ from, to: DAY, window }] : []), ...(isOn(yesterday) && to > 0 ? [{ from: 0, to, window }] : [])];
}

/** The day in stretches: denied where anything denies it, else allowed where no window or one of them allows it. */
export function segmentsOf(windows: readonly Window[], at: Date): readonly Segment[] {
  const spans = windows.flatMap((window) => spansOn(window, weekdayOf(at)));
  const needsAllow = windows.some(({ kind }) => kind === "allow");
  const edges = [...new Set([0, DAY, ...spans.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  const stretches = edges.slice(0, -1).map((from, index): Segment => {
    const to = edges[index + 1] ?? DAY;
    const here = spans.filter((span) => span.from <= from && span.to >= to);
    const denied = here.find(({ window }) => window.kind === "deny");
    const allowed = !denied && (!needsAllow || here.some(({ window }) => window.kind === "allow"));
    return { from, to, allowed, reason: denied?.window.reason ?? "" };
  });
  return stretches.reduce<Segment[]>((merged, next) => {
    const last = merged.at(-1);
    if (!last || last.allowed !== next.allowed || last.reason !== next.reason) return [...merged, next];
    return [...merged.slice(0, -1), { ...last, to: next.to }];
  }, []);
}

export interface WorldClock {
  /** What the world's clock shows at `readAt` of the wall's. */
  readonly world: number;
  readonly readAt: number;
  readonly speed: number;
}

/** A moment of the wall's clock by the world's. */
export const worldTime = ({ world, readAt, speed }: WorldClock, wallMs: number): number => world + (wallMs - readAt) * speed;

export interface DayOfMoves {
  /** Moves that began, by hour of the day. */
  readonly perHour: readonly number[];
  /** How long each that moved still rests, if the policy's cool-down is this long. */
  readonly coolDowns: readonly { readonly component: string; readonly from: number; readonly to: number }[];
}

/** Today's moves by the world's clock; what began before midnight is yesterday's. */
export function dayOfMoves(migrations: readonly MigrationDto[], clock: WorldClock, cooldownMinutes: number): DayOfMoves {
  const midnight = Math.floor(clock.world / 86_400_000) * 86_400_000;
  const minuteOf = (at: string): number => (worldTime(clock, Date.parse(at)) - midnight) / 60_000;
  const perHour = new Array<number>(24).fill(0);
  for (const { createdAt } of migrations) {
    const hour = Math.floor(minuteOf(createdAt) / 60);
    if (hour >= 0 && hour < 24) perHour[hour] = (perHour[hour] ?? 0) + 1;
  }
  const ended = migrations.filter(({ state, endedAt }) => state === "succeeded" && endedAt !== null);
  const latest = new Map(
    [...ended]
      .sort((a, b) => (a.endedAt ?? "").localeCompare(b.endedAt ?? ""))
      .map((one) => [one.component, minuteOf(one.endedAt ?? "")]),
  );
  const coolDowns = [...latest].flatMap(([component, at]) => {
    const [from, to] = [Math.max(0, at), Math.min(DAY, at + cooldownMinutes)];
    return to > from && from < DAY ? [{ component, from, to }] : [];
  });
  return { perHour, coolDowns };
}

export const clockWords = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(Math.floor(minutes % 60)).padStart(2, "0")}`;
