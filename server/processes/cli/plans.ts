import { InvalidArgumentError } from "commander";

interface Candidate {
  readonly dataCenter: string;
  readonly allowed: boolean;
  readonly refusedBy: readonly { readonly constraint: string; readonly message: string }[];
  readonly terms: Readonly<Record<string, number | null>>;
  readonly combined: number | null;
  readonly latencyMsP95: number | null;
}

export interface ScoresAnswer {
  readonly weights: Readonly<Record<string, number>>;
  readonly current: Candidate | null;
  readonly candidates: readonly Candidate[];
}

const rounded = (value: number | null | undefined): string => (value === null || value === undefined ? "-" : value.toFixed(1));

/** One row a place: the weighted terms, the whole, and what refuses it. */
export function scoreRows({ weights, current, candidates }: ScoresAnswer): Record<string, string>[] {
  const terms = Object.keys(weights).filter((term) => (weights[term] ?? 0) > 0);
  const row = (place: Candidate, here: boolean): Record<string, string> => ({
    dataCenter: place.dataCenter,
    ...Object.fromEntries(terms.map((term) => [term, rounded(place.terms[term])])),
    combined: rounded(place.combined),
    latencyMsP95: rounded(place.latencyMsP95),
    note: here ? "here now" : place.refusedBy.map(({ constraint, message }) => `${constraint}: ${message}`).join("; "),
  });
  return [...(current === null ? [] : [row(current, true)]), ...candidates.map((place) => row(place, false))];
}

/** `term=weight`, each once or more; the last one counts. */
export function collectWeight(text: string, before: Record<string, number>): Record<string, number> {
  const [term = "", value = ""] = text.split("=");
  const weight = Number(value);
  if (term === "" || value === "" || !Number.isFinite(weight) || weight < 0)
    throw new InvalidArgumentError("expected a term and its weight, such as proximity=50");
  return { ...before, [term]: weight };
}
