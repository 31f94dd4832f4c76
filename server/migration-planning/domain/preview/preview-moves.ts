import { judgeScores } from "../decide-migration.ts";
import { POINTS_MIN, worthOf } from "../planner/worth.ts";
import { combineRow, weightRow, type Weights } from "../terms/index.ts";
import { TERMS, type CompiledPreview } from "./compile.ts";
import { estimateKpis, type PreviewKpis } from "./estimate-kpis.ts";

export interface PreviewSettings {
  readonly weights: Weights;
  readonly migrationThreshold: number;
  readonly cooldownMinutes: number;
  /** By component: whether the policy is its policy. */
  readonly inScope: (index: number) => boolean;
  /** By component: whether the policy only looks at it. */
  readonly isHeld?: (index: number) => boolean;
}

/** One component that would move; indices into the inputs. */
export interface PreviewMove {
  readonly component: number;
  readonly from: number;
  readonly to: number;
  /** Points of the whole score; of components that move together each has its equal part. */
  readonly gain: number;
  readonly before: number | null;
  readonly after: number | null;
  readonly latencyMsP95: readonly [before: number | null, after: number | null];
  readonly together: boolean;
}

export interface PreviewResult {
  /** Components that the policy is for and that run. */
  readonly inScope: number;
  /** Combined score of each where it is; NaN where nothing is known. */
  readonly scores: Float64Array;
  readonly candidates: readonly number[];
  /** By gain. */
  readonly moves: readonly PreviewMove[];
  /** Of the whole score, before and after. */
  readonly score: readonly [before: number, after: number];
  readonly kpis: { readonly now: PreviewKpis; readonly draft: PreviewKpis };
}

/**
 * What the planner would do under other weights, as good as can be told between two frames: each component alone or together with
 * what it is connected to, the best first, every constraint and capacity obeyed, what several moves do to each other left out.
 * The server's planner has the last word.
 */
export function previewMoves(compiled: CompiledPreview, settings: PreviewSettings): PreviewResult {
  const weights = weightRow(settings.weights);
  const { scores, candidates, scope } = judgeAll(compiled, settings, weights);
  const search = createSearch(compiled, settings, weights);
  const chosen = search.choose(candidates);
  const before = combineRow(compiled.overallNow, 0, weights);
  const moves = chosen.flatMap((choice) => movesOf(compiled, choice, weights)).sort(byGain);
  return {
    inScope: scope,
    scores,
    candidates,
    moves,
    score: [before || 0, (before || 0) + chosen.reduce((sum, { points }) => sum + points, 0)],
    kpis: { now: estimateKpis(compiled, []), draft: estimateKpis(compiled, chosen) },
  };
}

const byGain = (a: PreviewMove, b: PreviewMove): number => b.gain - a.gain || a.component - b.component;

function judgeAll(compiled: CompiledPreview, { migrationThreshold, inScope }: PreviewSettings, weights: Float64Array) {
  const { inputs, terms, places, series } = compiled;
  const scores = new Float64Array(compiled.components);
  const candidates: number[] = [];
  let scope = 0;
  for (const [index, { present, forced, sufficient }] of inputs.components.entries()) {
    scores[index] = combineRow(terms, (index * places + present) * TERMS, weights);
    if (!inScope(index)) continue;
    scope += 1;
    if (forced || (sufficient && isLow(series[index], weights, migrationThreshold))) candidates.push(index);
  }
  return { scores, candidates, scope };
}

function isLow(series: Float64Array | undefined, weights: Float64Array, threshold: number): boolean {
  if (!series) return false;
  const combined: number[] = [];
  for (let offset = 0; offset < series.length; offset += TERMS) {
    const score = combineRow(series, offset, weights);
    if (!Number.isNaN(score)) combined.push(score);
  }
  return judgeScores(combined, threshold).isLow;
}

/** A unit, a component alone or a part, and where it goes. */
export interface Choice {
  readonly unit: number;
  readonly to: number;
  /** Gain in worth, and of that the points of the whole score. */
  readonly gain: number;
  readonly points: number;
}

export const membersOf = ({ components, inputs }: CompiledPreview, unit: number): readonly number[] =>
  unit < components ? [unit] : (inputs.parts[unit - components]?.components ?? []);

function createSearch(compiled: CompiledPreview, settings: PreviewSettings, weights: Float64Array) {
  const { inputs, places, overall, usd, allowed } = compiled;
  const now = combineRow(compiled.overallNow, 0, weights) || 0;
  const [free, moved, tried] = [Float64Array.from(compiled.free), new Set<number>(), new Uint8Array(allowed.length)];
  const mayMove = (index: number): boolean => {
    const component = inputs.components[index];
    if (!component?.movable || !settings.inScope(index) || settings.isHeld?.(index) === true) return false;
    const { forced, hoursSinceMove } = component;
    return forced || (hoursSinceMove ?? Number.POSITIVE_INFINITY) * 60 >= settings.cooldownMinutes;
  };
  const movers = (unit: number, to: number): number[] =>
    membersOf(compiled, unit).filter((index) => inputs.components[index]?.present !== to);
  const bestOf = (unit: number): Choice | null => {
    let best: Choice | null = null;
    for (let to = 0; to < places; to += 1) {
      const at = unit * places + to;
      const count = allowed[at] === 1 && tried[at] === 0 ? movers(unit, to).length : 0;
      if (count === 0) continue;
      const points = (combineRow(overall, at * TERMS, weights) || 0) - now;
      const money = (usd[at * 3] ?? 0) + (usd[at * 3 + 1] ?? 0) + (usd[at * 3 + 2] ?? 0);
      const gain = worthOf(points, money, count);
      if (best === null || gain > best.gain) best = { unit, to, gain, points };
    }
    return best;
  };
  const take = ({ unit, to }: Choice): boolean => {
    const members = movers(unit, to);
    const touched = members.some((index) => !mayMove(index) || moved.has(index)) || hasMovedPartner(compiled, members, moved);
    if (touched || !takeRoom(compiled, free, members, to)) return false;
    members.forEach((index) => moved.add(index));
    return true;
  };
  return { choose: (candidates: readonly number[]) => choose(compiled, candidates, { bestOf, take, tried, moved }) };
}

/** What a partner's move does to a constraint is not worked out here: the one who came first stays the only one. */
const hasMovedPartner = ({ inputs }: CompiledPreview, members: readonly number[], moved: ReadonlySet<number>): boolean =>
  members.some((index) => inputs.components[index]?.partners.some((partner) => moved.has(partner) && !members.includes(partner)));

/** The old place's room stays taken until the move has ended, as the planner counts it. */
function takeRoom({ demand }: CompiledPreview, free: Float64Array, members: readonly number[], to: number): boolean {
  const needed = [0, 1, 2].map((resource) => members.reduce((sum, index) => sum + (demand[index * 3 + resource] ?? 0), 0));
  if (needed.some((amount, resource) => amount > (free[to * 3 + resource] ?? 0))) return false;
  needed.forEach((amount, resource) => (free[to * 3 + resource] = (free[to * 3 + resource] ?? 0) - amount));
  return true;
}

interface Search {
  readonly bestOf: (unit: number) => Choice | null;
  readonly take: (choice: Choice) => boolean;
  readonly tried: Uint8Array;
  readonly moved: ReadonlySet<number>;
}

function choose(compiled: CompiledPreview, candidates: readonly number[], search: Search): readonly Choice[] {
  const { inputs, components, places } = compiled;
  const asked = new Set(candidates);
  const parts = inputs.parts.flatMap((part, index) =>
    part.components.some((one) => asked.has(one)) ? [components + index] : [],
  );
  const queue = [...candidates, ...parts].flatMap((unit) => search.bestOf(unit) ?? []).sort((a, b) => a.gain - b.gain);
  const chosen: Choice[] = [];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { unit, to, gain } = next;
    if (gain <= 1e-9 && !isForced(compiled, unit)) continue;
    if (membersOf(compiled, unit).some((index) => search.moved.has(index))) continue;
    if (search.take(next)) chosen.push(next);
    else {
      search.tried[unit * places + to] = 1;
      const other = search.bestOf(unit);
      if (other) insert(queue, other);
    }
  }
  const gain = chosen.reduce((sum, choice) => sum + choice.gain, 0);
  return gain > POINTS_MIN || chosen.some(({ unit }) => isForced(compiled, unit)) ? chosen : [];
}

const isForced = ({ inputs, components }: CompiledPreview, unit: number): boolean =>
  unit < components && inputs.components[unit]?.forced === true;

/** By gain, the best at the end. */
function insert(queue: Choice[], choice: Choice): void {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle]?.gain ?? 0) < choice.gain) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, choice);
}

function movesOf(compiled: CompiledPreview, { unit, to, points }: Choice, weights: Float64Array): PreviewMove[] {
  const { inputs, components, places } = compiled;
  const part = inputs.parts[unit - components];
  const members = membersOf(compiled, unit);
  const moving = members.filter((index) => inputs.components[index]?.present !== to);
  return moving.flatMap((index): PreviewMove[] => {
    const component = inputs.components[index];
    if (!component) return [];
    const { present, latencyMsP95 } = component;
    const member = members.indexOf(index);
    const row = part?.terms[member]?.[to]?.map((value) => value ?? Number.NaN);
    const after = row ? combineRow(row, 0, weights) : combineRow(compiled.terms, (index * places + to) * TERMS, weights);
    const before = combineRow(compiled.terms, (index * places + present) * TERMS, weights);
    const later = part ? part.latencyMsP95[member]?.[to] : latencyMsP95[to];
    return [
      {
        component: index,
        from: present,
        to,
        gain: points / moving.length,
        before: Number.isNaN(before) ? null : before,
        after: Number.isNaN(after) ? null : after,
        latencyMsP95: [latencyMsP95[present] ?? null, later ?? null],
        together: moving.length > 1,
      },
    ];
  });
}
