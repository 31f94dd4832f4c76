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

/** `Σ(weight · term) / Σ(weight)` over the terms that are known; null where no weighted term is. */
export function combine(terms: Readonly<Partial<Record<TermName, number | null>>>, weights: Weights): number | null {
  const parts = shares(terms, weights);
  return parts.length === 0 ? null : parts.reduce((sum, { share, value }) => sum + share * value, 0);
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
