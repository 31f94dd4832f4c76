import { answerAt, minutesOf } from "../../server/migration-planning/domain/plan/change-windows.ts";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { floorTo } from "../time/replay.ts";
import type { Window } from "./draft.ts";

/** A day of the world's clock, UTC: when moves may begin by themselves, and what moved. Minutes since midnight. */

export const DAY = 1_440;
const MINUTE_MS = 60_000;

const startOfDay = (atMs: number): number => floorTo(atMs, DAY * MINUTE_MS);

export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly allowed: boolean;
  /** Why it is denied, where somebody wrote it down. */
  readonly reason: string;
}

/** The day in stretches: the answer changes only where a window begins or ends. */
export function segmentsOf(windows: readonly Window[], at: Date): readonly Segment[] {
  const midnight = startOfDay(at.getTime());
  const edges = [...new Set([0, DAY, ...windows.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])])].sort(
    (a, b) => a - b,
  );
  const stretches = edges.slice(0, -1).map((from, index): Segment => {
    const { open, deniedBy } = answerAt(windows, new Date(midnight + from * MINUTE_MS));
    return { from, to: edges[index + 1] ?? DAY, allowed: open, reason: deniedBy?.reason ?? "" };
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
  const midnight = startOfDay(clock.world);
  const minuteOf = (at: string): number => (worldTime(clock, Date.parse(at)) - midnight) / MINUTE_MS;
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
