import { WEEKDAYS, type ChangeWindow } from "../../../component-registry/domain/manifest.ts";

/** Whether moves may begin by themselves at a time of the world's clock, and why not. */
export interface WindowAnswer {
  readonly open: boolean;
  /** The window that denies the time, or null: denied by none, but outside of every allowed one. */
  readonly deniedBy: ChangeWindow | null;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
/** The first Monday of the epoch: weeks are counted from it. */
const MONDAY_MS = 4 * DAY_MS;

/** A part of the week, ms since Monday 00:00 UTC; `end` may lie in the week behind it. */
interface Span {
  readonly begin: number;
  readonly end: number;
}

/** One span a day that the window names. A window that ends at or before its beginning ends on the next day. */
function spansOf({ days, from, to }: ChangeWindow): Span[] {
  const [begin, end] = [minutesOf(from) * MINUTE_MS, minutesOf(to) * MINUTE_MS];
  const length = end > begin ? end - begin : end + DAY_MS - begin;
  return days.map((day) => {
    const dayMs = WEEKDAYS.indexOf(day) * DAY_MS;
    return { begin: dayMs + begin, end: dayMs + begin + length };
  });
}

/** `06:30` in minutes since midnight. */
export function minutesOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

const weekMsOf = (at: Date): number => (((at.getTime() - MONDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS;

const holds = ({ begin, end }: Span, weekMs: number): boolean =>
  (weekMs >= begin && weekMs < end) || (weekMs + WEEK_MS >= begin && weekMs + WEEK_MS < end);

const covers = (window: ChangeWindow, weekMs: number): boolean => spansOf(window).some((span) => holds(span, weekMs));

/** A denied hour is denied, whatever else allows it; where any window allows, only what lies in one is allowed. */
export function answerAt(windows: readonly ChangeWindow[], at: Date): WindowAnswer {
  const weekMs = weekMsOf(at);
  const deniedBy = windows.find((window) => window.kind === "deny" && covers(window, weekMs)) ?? null;
  const allowing = windows.filter(({ kind }) => kind === "allow");
  return { deniedBy, open: deniedBy === null && (allowing.length === 0 || allowing.some((window) => covers(window, weekMs))) };
}

export const isOpenAt = (windows: readonly ChangeWindow[], at: Date): boolean => answerAt(windows, at).open;

/** When it is next open, at or after `at`; null: never. */
export const nextOpening = (windows: readonly ChangeWindow[], at: Date): Date | null => next(windows, at, true);

/** When it next closes, at or after `at`; null: never. */
export const nextClosing = (windows: readonly ChangeWindow[], at: Date): Date | null => next(windows, at, false);

/** What is open changes only where a window begins or ends. */
function next(windows: readonly ChangeWindow[], at: Date, open: boolean): Date | null {
  if (isOpenAt(windows, at) === open) return at;
  const weekMs = weekMsOf(at);
  const ahead = windows
    .flatMap(spansOf)
    .flatMap(({ begin, end }) => [begin, end])
    .map((edge) => (edge - weekMs + 2 * WEEK_MS) % WEEK_MS)
    .sort((a, b) => a - b);
  const found = ahead.map((ms) => new Date(at.getTime() + ms)).find((edge) => isOpenAt(windows, edge) === open);
  return found ?? null;
}

/** `Mon 06:00`: a time of the world's clock in words. */
export function timeInWords(at: Date): string {
  const day = WEEKDAYS[Math.floor(weekMsOf(at) / DAY_MS)] ?? "mon";
  return `${day.slice(0, 1).toUpperCase()}${day.slice(1)} ${at.toISOString().slice(11, 16)}`;
}
