import type { ConfirmedDraftDto } from "../../server/api/shapes/index.ts";
import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import type { PreviewKpis } from "../../server/migration-planning/domain/preview/estimate-kpis.ts";
import type { PreviewMove, PreviewResult } from "../../server/migration-planning/domain/preview/preview-moves.ts";
import { number, signed, significant } from "../ui/format.ts";
import type { Spec } from "./draft.ts";

/** What the page shows of a preview: units, signs and words are decided here, the parts only draw them. */

export interface GhostMove {
  readonly component: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly gain: number;
  readonly latencyMs: number | null;
  readonly scores: readonly [number | null, number | null];
}

export function ghostMoves({ components, places }: PreviewInputs, moves: readonly PreviewMove[]): readonly GhostMove[] {
  return moves.map(({ component, from, to, gain, before, after, latencyMsP95: [was, is] }) => {
    const key = components[component]?.component ?? "";
    return {
      component: key,
      name: key.split("/").at(-1) ?? key,
      from: places[from]?.name ?? "",
      to: places[to]?.name ?? "",
      gain,
      latencyMs: was === null || is === null ? null : is - was,
      scores: [before, after],
    };
  });
}

/** A policy of one application that begins as another is now: what that one says of the application's components stays said. */
export function specFor(application: string, base: Spec): Spec {
  const own = Object.entries(base.componentModes).filter(([key]) => key.startsWith(`${application}/`));
  return { ...base, applications: [application], componentModes: Object.fromEntries(own) };
}

/** By how many components each place would have more or fewer. */
export function changeByPlace(moves: readonly Pick<GhostMove, "from" | "to">[]): ReadonlyMap<string, number> {
  const change = new Map<string, number>();
  for (const { from, to } of moves) {
    change.set(from, (change.get(from) ?? 0) - 1);
    change.set(to, (change.get(to) ?? 0) + 1);
  }
  return change;
}

export type Agreement =
  { readonly state: "agrees" } | { readonly state: "differs"; readonly count: number; readonly words: readonly string[] };

interface Named {
  readonly component: string;
  readonly to: string;
}

/** Where the planner would do something else: each component counts once. */
export function agreementOf(
  estimated: readonly Named[],
  planned: readonly Named[],
  nameOf: (place: string) => string,
): Agreement {
  const [mine, theirs] = [toMap(estimated), toMap(planned)];
  const words = [...new Set([...mine.keys(), ...theirs.keys()])].sort().flatMap((component): string[] => {
    const [a, b] = [mine.get(component), theirs.get(component)];
    if (a === b) return [];
    const name = component.split("/").at(-1) ?? component;
    if (b === undefined) return [`${name} stays`];
    return [a === undefined ? `${name} also to ${nameOf(b)}` : `${name} to ${nameOf(b)} instead of ${nameOf(a)}`];
  });
  return words.length === 0 ? { state: "agrees" } : { state: "differs", count: words.length, words };
}

const toMap = (moves: readonly Named[]): ReadonlyMap<string, string> =>
  new Map(moves.map(({ component, to }) => [component, to]));

export interface KpiTile {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly change: string | null;
  readonly tone: "better" | "worse" | "t3";
}

/** Five figures under the draft, each with its change to now; below what is shown as nought there is no change. */
export function kpiTiles(now: PreviewKpis, draft: PreviewKpis): readonly KpiTile[] {
  const share = (value: number | null): number | null => (value === null ? null : value * 100);
  return [
    tile([now.userMsP95, draft.userMsP95], { label: "User p95", unit: "ms", digits: 0, betterIs: "less" }),
    tile([share(now.inTargetShare), share(draft.inTargetShare)], { label: "In target", unit: "%", digits: 1, betterIs: "more" }),
    tile([now.usdPerHour, draft.usdPerHour], { label: "Cost", unit: "$/h", digits: 3, betterIs: "less" }),
    tile([now.egressUsdPerHour, draft.egressUsdPerHour], { label: "Egress", unit: "$/h", digits: 3, betterIs: "less" }),
    tile([now.gramsPerKWh, draft.gramsPerKWh], { label: "Carbon", unit: "g/kWh", digits: 0, betterIs: "less" }),
  ];
}

interface Reading extends Pick<KpiTile, "label" | "unit"> {
  readonly digits: number;
  readonly betterIs: "less" | "more";
}

type Pair = readonly [now: number | null, draft: number | null];

function tile([now, draft]: Pair, { label, unit, digits, betterIs }: Reading): KpiTile {
  const round = (value: number): number => Number(value.toFixed(digits));
  const change = now === null || draft === null ? null : round(draft) - round(now);
  const value = draft === null ? "–" : significant(round(draft));
  if (change === null || Math.abs(change) < 0.5 * 10 ** -digits) return { label, unit, value, change: null, tone: "t3" };
  return { label, unit, value, change: signed(change), tone: change < 0 === (betterIs === "less") ? "better" : "worse" };
}

/** Whether a move leaves a place that is forbidden: the planner proposes that, whatever it gains and costs. */
export function leavesForbidden(
  { components }: { readonly components: readonly Pick<PreviewInputs["components"][number], "component" | "forced">[] },
  moves: readonly Pick<GhostMove, "component">[],
): boolean {
  const forced = new Set(components.flatMap((one) => (one.forced ? [one.component] : [])));
  return moves.some(({ component }) => forced.has(component));
}

/** What is held back though it would be done: the margin is asked of all moves together. */
export function marginWords(
  { score: [before, after], moves }: Pick<PreviewResult, "score" | "moves">,
  minGainPercent: number,
): string | null {
  const gain = (100 * (after - before)) / Math.max(1, before);
  if (moves.length === 0 || gain >= minGainPercent) return null;
  return `Gains ${number(gain)} %, less than the least gain of ${number(minGainPercent)} %: not proposed.`;
}

/** The same of the other rail that makes a proposal: only the planner knows what a move costs once. */
export function paybackWords(
  { moves, paybackHours }: Pick<ConfirmedDraftDto, "moves" | "paybackHours">,
  paybackHoursMax: number,
): string | null {
  if (moves.length === 0) return null;
  if (paybackHours === null) return "Does not pay back: not proposed.";
  if (paybackHours <= paybackHoursMax) return null;
  return `Pays back in ${number(paybackHours)} h, later than ${number(paybackHoursMax)} h: not proposed.`;
}
