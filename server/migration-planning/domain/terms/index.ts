import { carbon } from "./carbon.ts";
import { cost } from "./cost.ts";
import { dependency } from "./dependency.ts";
import { headroom } from "./headroom.ts";
import { performance } from "./performance.ts";
import { proximity } from "./proximity.ts";
import { stability } from "./stability.ts";
import type { Term, TermName, TermQuestion } from "./term.ts";

const TERMS: readonly Term[] = [performance, proximity, dependency, cost, carbon, headroom, stability];

export type Terms = Readonly<Record<TermName, number | null>>;
export type Weights = Readonly<Partial<Record<TermName, number>>>;

/** Every term's view; one that is out of 0..100 or no number is a bug of that term and is not clamped away. */
export function scoreTerms(question: TermQuestion): Terms {
  const scored = TERMS.map(({ name, score }) => {
    const value = score(question);
    if (value !== null && !(value >= -1e-9 && value <= 100 + 1e-9))
      throw new RangeError(`term ${name} gave ${value} for ${question.component.key} in ${question.place.name}`);
    return [name, value] as const;
  });
  return Object.fromEntries(scored) as Record<TermName, number | null>;
}

/** The order of terms where they stand in a row of numbers. */
export const TERM_NAMES: readonly TermName[] = TERMS.map(({ name }) => name);

/** A row of terms or weights; what is not known is NaN there, and a weight that is not given is 0. */
export const termRow = (terms: Readonly<Partial<Record<TermName, number | null>>>): Float64Array =>
  Float64Array.from(TERM_NAMES, (name) => terms[name] ?? Number.NaN);
export const weightRow = (weights: Weights): Float64Array => Float64Array.from(TERM_NAMES, (name) => weights[name] ?? 0);

/** `combine` of the row that begins at `offset`, without making anything: a slider asks it a hundred thousand times a frame. NaN where no weighted term is known. */
export function combineRow(terms: ArrayLike<number>, offset: number, weights: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let index = 0; index < weights.length; index += 1) {
    const weight = weights[index] ?? 0;
    const value = terms[offset + index] ?? Number.NaN;
    if (!(weight > 0) || Number.isNaN(value)) continue;
    sum += weight * value;
    total += weight;
  }
  return total > 0 ? sum / total : Number.NaN;
}

/** `Σ(weight · term) / Σ(weight)` over the terms that are known; null where no weighted term is. */
export function combine(terms: Readonly<Partial<Record<TermName, number | null>>>, weights: Weights): number | null {
  const combined = combineRow(termRow(terms), 0, weightRow(weights));
  return Number.isNaN(combined) ? null : combined;
}

/** Each known term's share of the weights, and its value. */
export function shares(
  terms: Readonly<Partial<Record<TermName, number | null>>>,
  weights: Weights,
): readonly { readonly term: TermName; readonly share: number; readonly value: number }[] {
  const known = TERMS.flatMap(({ name }) => {
    const [weight, value] = [weights[name] ?? 0, terms[name] ?? null];
    return weight > 0 && value !== null ? [{ term: name, weight, value }] : [];
  });
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  return known.map(({ term, weight, value }) => ({ term, share: weight / total, value }));
}
