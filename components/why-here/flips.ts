import type { ScoresDto } from "../../server/api/shapes/index.ts";
import type { Candidate } from "./prepare.ts";

export interface Flip {
  readonly term: string;
  /** Share of this term among all weights, 0..100 %. */
  readonly now: number;
  /** Where another place would win; the nearest such share. */
  readonly at: number;
  readonly winner: string;
}

/** Combined score with one term's share changed and the others' kept among themselves. */
function scoreWith(place: Candidate, weights: ScoresDto["weights"], term: string, share: number): number | null {
  const others = Object.entries(weights).filter(([name]) => name !== term);
  const rest = others.reduce((sum, [, weight]) => sum + weight, 0);
  let [sum, total] = [0, 0];
  for (const [name, weight] of [...others, [term, 0] as const]) {
    const part = name === term ? share : rest === 0 ? 0 : (weight / rest) * (100 - share);
    const score = place.terms[name] ?? null;
    if (score === null) continue;
    sum += part * score;
    total += part;
  }
  return total === 0 ? null : sum / total;
}

/** Which weight, changed the least, would let another place win: a choice that hangs on one percent is worth knowing. */
export function flipsOf({ current, candidates, weights }: ScoresDto): readonly Flip[] {
  const open = [...(current?.allowed ? [current] : []), ...candidates.filter(({ allowed }) => allowed)];
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  if (open.length < 2 || total === 0) return [];
  const winnerAt = (term: string, share: number): string | null => {
    const ranked = open
      .map((place) => ({ name: place.dataCenter, score: scoreWith(place, weights, term, share) }))
      .filter((entry): entry is { name: string; score: number } => entry.score !== null)
      .sort((a, b) => b.score - a.score);
    return ranked[0]?.name ?? null;
  };
  const terms = Object.keys(weights).filter((term) => open.some(({ terms: scores }) => (scores[term] ?? null) !== null));
  return terms
    .flatMap((term): Flip[] => {
      const now = ((weights[term] ?? 0) / total) * 100;
      const winner = winnerAt(term, now);
      for (let step = 1; step <= 100; step += 1)
        for (const at of [Math.floor(now) - step + 1, Math.ceil(now) + step - 1]) {
          if (at < 0 || at > 100 || at === now) continue;
          const other = winnerAt(term, at);
          if (other !== null && other !== winner) return [{ term, now, at, winner: other }];
        }
      return [];
    })
    .sort((a, b) => Math.abs(a.at - a.now) - Math.abs(b.at - b.now));
}
