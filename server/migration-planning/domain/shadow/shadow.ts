import type { GuardRails } from "../../../component-registry/domain/manifest.ts";
import { nextOpening } from "../plan/change-windows.ts";
import type { PlanContent, PlannedMove, RailCheck } from "../plan/content.ts";
import { checkRails } from "../plan/guard-rails.ts";
import { isDecidable, isUnderWay, type PlanState } from "../plan/plan-states.ts";
import { countByPlace, type MoveBetween, type RailFacts } from "../plan/rail-facts.ts";

export type ProposalVerdict = "kept" | "missed" | "insufficient-data";

/** A plan that the planner proposed, as far as it tells what auto would have done with it. */
export interface Proposal {
  readonly id: string;
  readonly state: PlanState;
  readonly content: Pick<PlanContent, "policy" | "summary" | "totals" | "guardRails" | "railFacts"> & {
    readonly moves: readonly Pick<PlannedMove, "component" | "from" | "to" | "predictedPauseMs">[];
  };
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  /** Of its moves' receipts; empty where it never ran. */
  readonly verdicts: readonly ProposalVerdict[];
}

export type ShadowOutcome = "kept" | "missed" | "insufficient-data" | "running" | "not-run";

export interface ShadowItem {
  readonly plan: string;
  /** When auto would have run it, or when it was proposed. */
  readonly at: Date;
  readonly summary: string;
  readonly gainPercent: number;
  readonly usdPerHour: number;
  readonly wouldRun: boolean;
  readonly heldBy: readonly RailCheck[];
  readonly outcome: ShadowOutcome;
  /** Later plans that proposed the same once more: auto would have been there already. */
  readonly repeats: number;
}

export interface Shadow {
  readonly plans: number;
  readonly wouldHaveRun: number;
  readonly heldBack: readonly { readonly rail: string; readonly count: number }[];
  /** Of those that would have run: what their receipts say, where somebody approved them. */
  readonly kept: number;
  readonly missed: number;
  readonly insufficient: number;
  /** Nobody ran them, so nobody knows. */
  readonly notRun: number;
  readonly gainPercentMedian: number | null;
  readonly usdPerHour: number;
  readonly items: readonly ShadowItem[];
}

/**
 * What mode auto would have done under these guard rails with what was proposed, oldest first. A proposal is made again and again
 * while nobody decides: what auto would have done already is one case, and whoever approved it later tells how it went. Moves
 * that auto would have made use up its budget and start its cool-down, as real ones do.
 */
export function shadowOf(proposals: readonly Proposal[], settings: GuardRails): Shadow {
  const items: ShadowItem[] = [];
  const made: ShadowMove[] = [];
  const standing = new Map<string, { readonly to: string; readonly item: number }>();
  for (const proposal of proposals) {
    const { moves } = proposal.content;
    const known = moves.map(({ component, to }) => {
      const stands = standing.get(component);
      return stands?.to === to ? stands.item : -1;
    });
    const [index, ...others] = known;
    const before = index === undefined ? undefined : items[index];
    const isRepeat = index !== undefined && before !== undefined && others.every((other) => other === index);
    const item = isRepeat ? repeated(before, proposal, settings, made) : itemOf(proposal, settings, made);
    // Each move that auto would have made already has used up the budget; the others of a plan have not, whatever it begins with.
    const isMade = (at: number): boolean => items[known[at] ?? -1]?.wouldRun === true;
    if (item.wouldRun) made.push(...movesOf(proposal, item).filter((_, at) => !isMade(at)));
    if (isRepeat) items[index] = item;
    else {
      items.push(item);
      for (const { component, to } of moves) standing.set(component, { to, item: items.length - 1 });
    }
  }
  return summed(items);
}

/** A move that auto would have made and nobody did. */
interface ShadowMove extends MoveBetween {
  readonly component: string;
  readonly at: Date;
}

/** What really ran is in the facts of later plans already. */
const movesOf = ({ content: { moves } }: Proposal, { at, outcome }: ShadowItem): ShadowMove[] =>
  outcome === "not-run" ? moves.map(({ component, from, to }) => ({ component, from, to, at })) : [];

function itemOf(proposal: Proposal, settings: GuardRails, made: readonly ShadowMove[]): ShadowItem {
  const { id, content, createdAt } = proposal;
  const { at, heldBy } = runsAt(proposal, settings, made);
  return {
    plan: id,
    at: at ?? createdAt,
    summary: content.summary,
    gainPercent: content.totals.gainPercent,
    usdPerHour: content.totals.usdPerHour,
    wouldRun: at !== null,
    heldBy,
    outcome: outcomeOf(proposal),
    repeats: 0,
  };
}

/** The first time at which every guard rail holds is when auto would have run it; whichever was approved has the receipts. */
function repeated(before: ShadowItem, proposal: Proposal, settings: GuardRails, made: readonly ShadowMove[]): ShadowItem {
  const again = { outcome: before.outcome === "not-run" ? outcomeOf(proposal) : before.outcome, repeats: before.repeats + 1 };
  return { ...(before.wouldRun ? before : itemOf(proposal, settings, made)), ...again };
}

/** A window that opens while the plan is still open lets it run then; every other rail is held against the plan as proposed. */
function runsAt(
  proposal: Proposal,
  settings: GuardRails,
  made: readonly ShadowMove[],
): { readonly at: Date | null; readonly heldBy: readonly RailCheck[] } {
  const { content, createdAt } = proposal;
  const heldBy = railsOf(proposal, settings, made).filter(({ ok }) => !ok);
  if (heldBy.length === 0) return { at: createdAt, heldBy };
  const { railFacts } = content;
  const onlyWindows = heldBy.every(({ name }) => name === "windows");
  if (!onlyWindows || !railFacts || railFacts.worldNow === null) return { at: null, heldBy };
  const worldNow = new Date(railFacts.worldNow);
  const opens = nextOpening(settings.windows, worldNow);
  if (opens === null) return { at: null, heldBy };
  const at = new Date(createdAt.getTime() + (opens.getTime() - worldNow.getTime()) / railFacts.worldSpeed);
  return at < (proposal.endedAt ?? proposal.expiresAt) ? { at, heldBy: [] } : { at: null, heldBy };
}

/** Plans of before kept no figures: their own checks stand, whatever the guard rails are now. */
function railsOf(proposal: Proposal, settings: GuardRails, made: readonly ShadowMove[]): readonly RailCheck[] {
  const { railFacts, totals, moves, guardRails } = proposal.content;
  if (!railFacts) return guardRails;
  return checkRails({
    settings,
    gainPercent: totals.gainPercent,
    paybackHours: totals.paybackHours,
    moves: moves.map(({ predictedPauseMs, ...move }) => ({ ...move, pauseMsP90: predictedPauseMs.p90 })),
    facts: withShadow(railFacts, proposal, made),
  });
}

const HOUR_MS = 3_600_000;

function withShadow(facts: RailFacts, { createdAt, content: { moves } }: Proposal, made: readonly ShadowMove[]): RailFacts {
  const hoursSince = ({ at }: ShadowMove): number => ((createdAt.getTime() - at.getTime()) * facts.worldSpeed) / HOUR_MS;
  const recent = made.filter((move) => hoursSince(move) < 1);
  const own = made.filter(({ component }) => moves.some((move) => move.component === component)).map(hoursSince);
  const hours = [...own, ...(facts.hoursSinceMove === null ? [] : [facts.hoursSinceMove])];
  const byPlace = { ...facts.movesLastHourByPlace };
  for (const [place, count] of Object.entries(countByPlace(recent))) byPlace[place] = (byPlace[place] ?? 0) + count;
  return {
    ...facts,
    hoursSinceMove: hours.length === 0 ? null : Math.min(...hours),
    movesLastHour: facts.movesLastHour + recent.length,
    movesLastHourByPlace: byPlace,
  };
}

function outcomeOf({ state, verdicts }: Proposal): ShadowOutcome {
  if (isUnderWay(state)) return "running";
  if (isDecidable(state) || verdicts.length === 0) return "not-run";
  if (verdicts.includes("missed")) return "missed";
  return verdicts.includes("kept") ? "kept" : "insufficient-data";
}

function summed(items: readonly ShadowItem[]): Shadow {
  const ran = items.filter(({ wouldRun }) => wouldRun);
  const count = (outcome: ShadowOutcome): number => ran.filter((item) => item.outcome === outcome).length;
  const rails = Map.groupBy(
    items.flatMap(({ heldBy }) => heldBy),
    ({ name }) => name,
  );
  return {
    plans: items.length,
    wouldHaveRun: ran.length,
    heldBack: [...rails]
      .map(([rail, held]) => ({ rail, count: held.length }))
      .sort((a, b) => b.count - a.count || (a.rail < b.rail ? -1 : 1)),
    kept: count("kept"),
    missed: count("missed"),
    insufficient: count("insufficient-data"),
    notRun: count("not-run") + count("running"),
    gainPercentMedian: median(ran.map(({ gainPercent }) => gainPercent)),
    usdPerHour: ran.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0),
    items,
  };
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
