import type { PlanDto, PlanMoveDto } from "../../server/api/shapes/index.ts";
import { milliseconds, number, signed, signedWhole, usdPerHour } from "../ui/format.ts";
import { changeOf, leadingRegion, sortedRegions, type Region } from "./prepare.ts";

export interface PlanTile {
  readonly label: string;
  /** Null: there is no "before". */
  readonly before: string | null;
  readonly after: string;
  readonly unit: string;
  readonly note: string;
  readonly tone: "better" | "worse" | "t2";
}

const toneOf = (change: number, lowerIsBetter: boolean): PlanTile["tone"] =>
  change === 0 ? "t2" : change < 0 === lowerIsBetter ? "better" : "worse";

/** Six figures that a decision rests on: of the whole plan, and of the users of its leading move. */
export function tilesOf(plan: PlanDto, move: PlanMoveDto): readonly PlanTile[] {
  const { totals, moves } = plan;
  const worth = totals.usdPerHour;
  const pauses = moves.map(({ predictedPauseMs }) => predictedPauseMs);
  const worst = pauses.reduce((a, b) => (b.p50 > a.p50 ? b : a), { p50: 0, p90: 0 });
  return [
    latencyTile(move),
    targetTile(move),
    {
      label: "Score",
      before: number(totals.score.before),
      after: number(totals.score.after),
      unit: "",
      note: signed(totals.score.after - totals.score.before),
      tone: toneOf(totals.score.after - totals.score.before, false),
    },
    {
      label: "Worth",
      before: null,
      after: usdPerHour(worth).replace(" $/h", ""),
      unit: "$/h",
      note: `gain ${number(totals.gainPercent)} %`,
      tone: toneOf(worth, false),
    },
    {
      label: "Pause",
      before: null,
      after: worst.p50 === 0 ? "none" : (milliseconds(worst.p50).split(" ")[0] ?? ""),
      unit: worst.p50 === 0 ? "" : (milliseconds(worst.p50).split(" ")[1] ?? ""),
      note: worst.p50 === 0 ? "no request waits" : `p90 ${milliseconds(worst.p90)}`,
      tone: "t2",
    },
    {
      label: "Pays back",
      before: null,
      after: totals.paybackHours === null ? "–" : number(totals.paybackHours),
      unit: totals.paybackHours === null ? "" : "h",
      note: `costs ${number(totals.costUsd)} $`,
      tone: "t2",
    },
  ];
}

function latencyTile(move: PlanMoveDto): PlanTile {
  const region = leadingRegion(move);
  const [label, before, after] = region
    ? [`${region.region} p95`, region.latencyMsP95.before, region.latencyMsP95.after]
    : ["p95 of callers", move.before.latencyMsP95, move.after.latencyMsP95];
  if (before === null || after === null) return { label, before: null, after: "–", unit: "ms", note: "not measured", tone: "t2" };
  const share = before > 0 ? Math.round((after / before - 1) * 100) : 0;
  return {
    label,
    before: number(Math.round(before)),
    after: number(Math.round(after)),
    unit: "ms",
    note: `${signed(share)} %`,
    tone: toneOf(share, true),
  };
}

/** How many of the regions are inside the component's target, before and after. */
function targetTile({ regions, latencyTargetMsP95: target }: PlanMoveDto): PlanTile {
  const label = "Regions in target";
  if (target === null || regions.length === 0)
    return { label, before: null, after: "–", unit: "", note: target === null ? "no target set" : "no users", tone: "t2" };
  const inside = (of: (region: Region) => number): number => regions.filter((region) => of(region) <= target).length;
  const before = inside(({ latencyMsP95 }) => latencyMsP95.before);
  const after = inside(({ latencyMsP95 }) => latencyMsP95.after);
  return {
    label,
    before: String(before),
    after: String(after),
    unit: `of ${regions.length}`,
    note: `target ${milliseconds(target)}`,
    tone: toneOf(after - before, false),
  };
}

export interface DiffRow {
  readonly region: string;
  readonly requestsPerSecond: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly changeMs: number;
  readonly target: Region["target"];
  /** Places on the shared axis, 0..100 %. */
  readonly bar: { readonly from: number; readonly to: number };
  readonly whisker: { readonly from: number; readonly to: number };
}

export interface DiffChart {
  readonly rows: readonly DiffRow[];
  readonly zero: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

const STEPS_MS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000];
const TICKS_MAX = 6;

/** Change of p95 by region on one axis around zero, with the interval in which the promise lies. */
export function diffChart(regions: readonly Region[]): DiffChart {
  const sorted = sortedRegions(regions);
  const changes = sorted.flatMap((region) => [
    0,
    changeOf(region),
    ...region.latencyMsP95.interval.map((after) => after - region.latencyMsP95.before),
  ]);
  const [min, max] = [Math.min(0, ...changes), Math.max(0, ...changes)];
  const step = STEPS_MS.find((size) => (max - min) / size <= TICKS_MAX) ?? 10_000;
  const low = Math.min(0, Math.floor(min / step) * step);
  const high = Math.max(step, Math.ceil(max / step) * step);
  const at = (value: number): number => ((value - low) / (high - low)) * 100;
  return {
    zero: at(0),
    ticks: Array.from({ length: Math.round((high - low) / step) + 1 }, (_, index) => low + index * step).map((value) => ({
      at: at(value),
      label: signedWhole(value),
    })),
    rows: sorted.map((region) => {
      const { before, after, interval } = region.latencyMsP95;
      const change = after - before;
      return {
        region: region.region,
        requestsPerSecond: region.requestsPerSecond,
        beforeMs: before,
        afterMs: after,
        changeMs: change,
        target: region.target,
        bar: { from: at(Math.min(0, change)), to: at(Math.max(0, change)) },
        whisker: { from: at((interval[0] ?? after) - before), to: at((interval[1] ?? after) - before) },
      };
    }),
  };
}

const TERM_WORDS: Readonly<Record<string, string>> = {
  performance: "Performance",
  proximity: "Proximity to users",
  dependency: "Near its dependencies",
  cost: "Cost",
  carbon: "Carbon",
  headroom: "Headroom",
  stability: "Stability",
};
export const termWord = (term: string): string => TERM_WORDS[term] ?? term.charAt(0).toUpperCase() + term.slice(1);

export interface WaterfallRow {
  readonly label: string;
  readonly kind: "end" | "better" | "worse";
  readonly value: string;
  /** On 0..100 points. */
  readonly from: number;
  readonly to: number;
}

/** From the score here to the score there, a row a term: largest first, losses last. */
export function waterfallOf(move: PlanMoveDto, targetName: string): readonly WaterfallRow[] {
  const { before, after, why } = move;
  if (before.combined === null || after.combined === null) return [];
  const steps = [...why.filter(({ points }) => points > 0), ...why.filter(({ points }) => points < 0)];
  let level = before.combined;
  const middle = steps.map(({ term, points }): WaterfallRow => {
    const from = level;
    level += points;
    return {
      label: termWord(term),
      kind: points > 0 ? "better" : "worse",
      value: signed(points),
      from: Math.min(from, level),
      to: Math.max(from, level),
    };
  });
  const end = (label: string, score: number): WaterfallRow => ({ label, kind: "end", value: number(score), from: 0, to: score });
  return [end("Score now", before.combined), ...middle, end(`Score in ${targetName}`, after.combined)];
}

export interface PlanRisk {
  readonly code: string;
  readonly severity: PlanMoveDto["risks"][number]["severity"];
  /** What it means, and for which components; what is the same for several is said once. */
  readonly said: readonly { readonly message: string; readonly components: readonly string[] }[];
}

const SEVERITIES = ["critical", "warning", "info"];

/** What could go wrong, a kind at a time, the worst first. */
export function risksOf({ moves }: Pick<PlanDto, "moves">): readonly PlanRisk[] {
  const kinds = new Map<string, PlanRisk & { byMessage: Map<string, string[]> }>();
  for (const { component, risks } of moves)
    for (const { code, severity, message } of risks) {
      const key = `${code} ${severity}`;
      const kind = kinds.get(key) ?? { code, severity, said: [], byMessage: new Map<string, string[]>() };
      kind.byMessage.set(message, [...(kind.byMessage.get(message) ?? []), component]);
      kinds.set(key, kind);
    }
  return [...kinds.values()]
    .map(({ code, severity, byMessage }) => ({
      code,
      severity,
      said: [...byMessage].map(([message, components]) => ({ message, components })),
    }))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** A part of the whole, in per cent: a tenth of one says nothing here. */
export function partInWords(percent: number): string {
  if (percent !== 0 && Math.abs(percent) < 1) return percent < 0 ? "about 0 %" : "<1 %";
  return `${number(Math.round(percent))} %`;
}

/** How far the moves of a plan have come. */
export function movesDone(plan: PlanDto): { readonly ended: number; readonly failed: number } {
  const states = plan.moves.map(({ migrationState }) => migrationState);
  const is = (...wanted: readonly string[]): number => states.filter((state) => state !== null && wanted.includes(state)).length;
  return { ended: is("succeeded", "aborted", "rolled_back", "failed"), failed: is("aborted", "rolled_back", "failed") };
}
