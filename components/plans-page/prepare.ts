import type { PlanDto, PlanMoveDto } from "../../server/api/shapes/index.ts";
import { lengthInWords, milliseconds, signedWhole } from "../ui/format.ts";

export type Shown = "decide" | "running" | "all";
type NameOf = (dataCenter: string) => string;

const DECIDED_MS = 86_400_000;
/** Before anything else stands what nobody could approve in half an hour. */
const EXPIRES_SOON_MS = 1_800_000;

const RUNNING = new Set<PlanDto["state"]>(["approved", "running"]);
const ENDED = new Set<PlanDto["state"]>(["succeeded", "rolled_back", "failed"]);

export const isWaiting = ({ state }: Pick<PlanDto, "state">): boolean => state === "proposed";
/** One without moves says that nothing was found: it waits for nobody. */
export const isToDecide = (plan: Pick<PlanDto, "state" | "moves">): boolean => isWaiting(plan) && plan.moves.length > 0;
export const isRunning = ({ state }: Pick<PlanDto, "state">): boolean => RUNNING.has(state);
/** It ran, and every move has ended. */
export const hasRun = ({ state }: Pick<PlanDto, "state">): boolean => ENDED.has(state);

/** The name that people say: a component without its application. */
export const shortName = (component: string): string => component.split("/").at(-1) ?? component;

export interface Inbox {
  readonly rows: readonly PlanDto[];
  readonly counts: Readonly<Record<Shown, number>>;
  /** Decided in the last 24 h, newest first. */
  readonly decided: readonly PlanDto[];
}

const endOf = (plan: PlanDto): string => plan.endedAt ?? plan.decision?.at ?? plan.createdAt;

/** What expires soon stands first, then what gains most: an inbox is worked from the top. */
export function inboxOf(plans: readonly PlanDto[], shown: Shown, now: number): Inbox {
  const waiting = plans.filter(isToDecide);
  const running = plans.filter(isRunning);
  const isSoon = (plan: PlanDto): boolean => Date.parse(plan.expiresAt) - now < EXPIRES_SOON_MS;
  const byUrgency = (a: PlanDto, b: PlanDto): number =>
    Number(isSoon(b)) - Number(isSoon(a)) ||
    (isSoon(a) ? a.expiresAt.localeCompare(b.expiresAt) : b.totals.gainPercent - a.totals.gainPercent) ||
    a.id.localeCompare(b.id);
  const newestFirst = (a: PlanDto, b: PlanDto): number => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id);
  const others = plans.filter((plan) => !isToDecide(plan) && !isRunning(plan));
  const rows = {
    decide: [...waiting].sort(byUrgency),
    running: [...running].sort(newestFirst),
    all: [...[...waiting].sort(byUrgency), ...[...running, ...others].sort(newestFirst)],
  };
  return {
    rows: rows[shown],
    counts: { decide: waiting.length, running: running.length, all: plans.length },
    decided: others
      .filter((plan) => !isWaiting(plan) && now - Date.parse(endOf(plan)) < DECIDED_MS)
      .sort((a, b) => endOf(b).localeCompare(endOf(a))),
  };
}

/** The plan `step` places behind the selected one in the inbox; the first where none is selected. */
export function neighbourOf(rows: readonly PlanDto[], selected: string | null, step: 1 | -1): PlanDto | null {
  const index = rows.findIndex((plan) => plan.id === selected);
  return (index < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, index + step))]) ?? null;
}

/** "Move cart from N. Virginia to Frankfurt", "Move 3 components to Frankfurt": what would happen, in one line. */
export function titleOf(
  { moves, drain = null }: Pick<PlanDto, "moves"> & Partial<Pick<PlanDto, "drain">>,
  nameOf: NameOf,
): string {
  const [move] = moves;
  if (drain !== null) return drainTitle(moves, nameOf(drain.dataCenter), nameOf);
  if (!move) return "Nothing to move";
  if (moves.length === 1) return `Move ${shortName(move.component)} from ${nameOf(move.from)} to ${nameOf(move.to)}`;
  const targets = [...new Set(moves.map(({ to }) => nameOf(to)))];
  return `Move ${moves.length} components to ${listOf(targets, 3)}`;
}

function drainTitle(moves: PlanDto["moves"], place: string, nameOf: NameOf): string {
  if (moves.length === 0) return `Drain ${place}: nothing there can move`;
  const targets = [...new Set(moves.map(({ to }) => nameOf(to)))];
  return `Drain ${place}: ${moves.length} ${moves.length === 1 ? "component" : "components"} to ${listOf(targets, 3)}`;
}

/** "a, b and c", "a, b and 4 more". */
export function listOf(names: readonly string[], max: number): string {
  if (names.length <= 1) return names[0] ?? "";
  const shown = names.length > max ? names.slice(0, max - 1) : names.slice(0, -1);
  const last = names.length > max ? `${names.length - shown.length} more` : names.at(-1);
  return `${shown.join(", ")} and ${last ?? ""}`;
}

export type Region = PlanMoveDto["regions"][number];
export const changeOf = ({ latencyMsP95 }: Region): number => latencyMsP95.after - latencyMsP95.before;

/** Gains first, those of most requests before others, then losses, which are never folded away. */
export function sortedRegions(regions: readonly Region[]): readonly Region[] {
  const isLoss = (region: Region): boolean => changeOf(region) > 0;
  return [...regions].sort(
    (a, b) =>
      Number(isLoss(a)) - Number(isLoss(b)) || b.requestsPerSecond - a.requestsPerSecond || a.region.localeCompare(b.region),
  );
}

/** The move whose users notice most: latency change times their requests. */
export function leadingMove({ moves }: Pick<PlanDto, "moves">): PlanMoveDto | null {
  const weight = (move: PlanMoveDto): number =>
    move.regions.reduce((sum, region) => sum + Math.abs(changeOf(region)) * region.requestsPerSecond, 0);
  return [...moves].sort((a, b) => weight(b) - weight(a) || b.gain.sharePercent - a.gain.sharePercent)[0] ?? null;
}

/** The region that most of the change is about. */
export const leadingRegion = (move: Pick<PlanMoveDto, "regions">): Region | null =>
  [...move.regions].sort(
    (a, b) => Math.abs(changeOf(b)) * b.requestsPerSecond - Math.abs(changeOf(a)) * a.requestsPerSecond,
  )[0] ?? null;

const NAMED_MAX = 2;
/** Less than this nobody notices. */
const NOTICED_MS = 1;

/** What happens to users, with figures: who gains, who loses. */
export function usersSentence(move: PlanMoveDto): string {
  if (move.regions.length === 0) return withoutUsers(move);
  const regions = sortedRegions(move.regions);
  const gains = regions.filter((region) => changeOf(region) <= -NOTICED_MS);
  const losses = regions.filter((region) => changeOf(region) >= NOTICED_MS);
  const says = (list: readonly Region[], verb: string): string =>
    list
      .slice(0, NAMED_MAX)
      .map((region, index) => {
        const by = milliseconds(Math.round(Math.abs(changeOf(region))));
        return index === 0 ? `users in ${region.region} ${verb} ${by} at p95` : `in ${region.region} ${by}`;
      })
      .join(", ");
  const parts = [...(gains.length > 0 ? [says(gains, "gain")] : []), ...(losses.length > 0 ? [says(losses, "lose about")] : [])];
  if (parts.length === 0) return "Users notice less than 1 ms at p95.";
  const text = parts.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function withoutUsers({ before, after }: PlanMoveDto): string {
  if (before.latencyMsP95 === null || after.latencyMsP95 === null)
    return "No user calls it directly, and no latency was measured: none is promised.";
  const range = after.latencyMsP95Interval;
  const interval = range ? ` (${Math.round(range[0] ?? 0)} to ${Math.round(range[1] ?? 0)})` : "";
  return `No user calls it directly. Its callers wait ${milliseconds(after.latencyMsP95)}${interval} at p95, now ${milliseconds(before.latencyMsP95)}.`;
}

/** The change that an inbox shows: of the region that most is about, else of the component's callers, else in points. */
export function headlineChange(
  plan: PlanDto,
): { readonly value: string; readonly of: string; readonly isBetter: boolean } | null {
  const move = leadingMove(plan);
  if (!move) return null;
  const region = leadingRegion(move);
  if (region && Math.abs(changeOf(region)) >= NOTICED_MS)
    return { value: `${signedWhole(changeOf(region))} ms`, of: `p95, users in ${region.region}`, isBetter: changeOf(region) < 0 };
  const { before, after } = move;
  if (before.latencyMsP95 !== null && after.latencyMsP95 !== null) {
    const change = after.latencyMsP95 - before.latencyMsP95;
    return { value: `${signedWhole(change)} ms`, of: `p95 of ${shortName(move.component)}`, isBetter: change < 0 };
  }
  const points = plan.totals.score.after - plan.totals.score.before;
  return { value: signedWhole(points), of: "points of score", isBetter: points > 0 };
}

/** Of its life a plan has still this share, 0..1, and so many words. */
export function expiryOf(plan: Pick<PlanDto, "createdAt" | "expiresAt">, now: number): { share: number; words: string } {
  const [from, to] = [Date.parse(plan.createdAt), Date.parse(plan.expiresAt)];
  const leftMs = to - now;
  return {
    share: Math.max(0, Math.min(1, leftMs / Math.max(1, to - from))),
    words: leftMs <= 0 ? "expired" : `expires in ${lengthInWords(leftMs)}`,
  };
}
