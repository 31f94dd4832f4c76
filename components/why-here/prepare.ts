import type { ScoresDto } from "../../server/api/shapes/index.ts";
import { listOf } from "../plans-page/prepare.ts";
import { termWord } from "../plans-page/prepare-detail.ts";
import { milliseconds, number, percent, significant } from "../ui/format.ts";
import type { Meaning } from "../ui/status.tsx";

type NameOf = (dataCenter: string) => string;
export type Candidate = NonNullable<ScoresDto["current"]>;
type Weights = ScoresDto["weights"];

/** Colours of the terms, the same on every screen; what has none of its own stands together. */
export const TERM_GROUPS = [
  { key: "proximity", label: "Proximity", color: "var(--s1)" },
  { key: "performance", label: "Performance", color: "var(--s3)" },
  { key: "dependency", label: "Dependencies", color: "var(--s2)" },
  { key: "other", label: "Other terms", color: "var(--neutral)" },
] as const;

export interface TermPart {
  readonly key: (typeof TERM_GROUPS)[number]["key"];
  /** What it adds to the combined score. */
  readonly points: number;
}

/** Weight share of a term among those that are known, times its score: the parts add up to the combined score. */
export function partsOf(terms: Candidate["terms"], weights: Weights): readonly TermPart[] {
  const known = Object.entries(terms).flatMap(([term, score]) =>
    score === null || (weights[term] ?? 0) === 0 ? [] : [{ term, score, weight: weights[term] ?? 0 }],
  );
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  return TERM_GROUPS.map(({ key }) => ({
    key,
    points: known
      .filter(({ term }) => term === key || (key === "other" && !TERM_GROUPS.some((group) => group.key === term)))
      .reduce((sum, { score, weight }) => sum + (score * weight) / total, 0),
  }));
}

/** "Proximity 38 × 50 %, performance 71 × 50 %": what a bar is made of, for a pointer and for those who see no bar. */
export function partsInWords(terms: Candidate["terms"], weights: Weights): string {
  const total = Object.entries(terms).reduce((sum, [term, score]) => sum + (score === null ? 0 : (weights[term] ?? 0)), 0);
  const words = Object.entries(terms).map(([term, score]) =>
    score === null
      ? `${termWord(term).toLowerCase()} not known`
      : `${termWord(term).toLowerCase()} ${significant(Math.round(score))} × ${percent((weights[term] ?? 0) / Math.max(1e-9, total))}`,
  );
  return words.join(", ");
}

export interface ScoreRow {
  readonly dataCenter: string;
  /** Place among those that are allowed; null where a constraint refuses. */
  readonly rank: number | null;
  readonly isHere: boolean;
  readonly isPlanned: boolean;
  /** By a constraint: it is no choice, and the note says why. */
  readonly isRefused: boolean;
  readonly combined: number | null;
  readonly parts: readonly TermPart[];
  readonly words: string;
  /** Beside the bar: where it stands, or why it is refused. */
  readonly note: string;
}

/** Every place, best first, refused ones last; the present place stands where its score puts it. */
export function scoreRows(scores: ScoresDto, plannedTo: string | null): readonly ScoreRow[] {
  const { current, candidates, weights } = scores;
  const places = [
    ...(current ? [{ ...current, isHere: true }] : []),
    ...candidates.map((place) => ({ ...place, isHere: false })),
  ];
  const isOpen = (place: Candidate & { isHere: boolean }): boolean => place.allowed || place.isHere;
  const open = places.filter(isOpen).sort((a, b) => (b.combined ?? -1) - (a.combined ?? -1));
  const refused = places.filter((place) => !isOpen(place));
  const best = open.find(({ allowed }) => allowed)?.combined ?? null;
  return [...open, ...refused].map((place, index) => {
    const { dataCenter, combined, terms, isHere } = place;
    const isPlanned = dataCenter === plannedTo && !isHere;
    return {
      dataCenter,
      rank: isOpen(place) && combined !== null ? index + 1 : null,
      isHere,
      isPlanned,
      isRefused: !isOpen(place),
      combined,
      parts: isOpen(place) ? partsOf(terms, weights) : [],
      words: partsInWords(terms, weights),
      note: noteOf(place, { isPlanned, best }),
    };
  });
}

function noteOf(
  place: Candidate & { isHere: boolean },
  { isPlanned, best }: { isPlanned: boolean; best: number | null },
): string {
  const refusals = place.refusedBy.map(({ message }) => message).join("; ");
  if (place.isHere) return place.allowed ? "Here now" : `Here now, but ${refusals}`;
  if (!place.allowed) return refusals === "" ? "Refused" : refusals;
  if (isPlanned) return "Planned";
  if (place.combined === null || best === null) return "Not known";
  const behind = Math.round(best - place.combined);
  return behind === 0 ? "Best" : `\u2212${significant(behind)}`;
}

const CONSTRAINTS = [
  ["residency", "Residency", "every country is allowed"],
  ["capacity", "Capacity", "fits everywhere"],
  ["pin", "Pin", "pinned nowhere"],
  ["affinity", "Affinity", "nothing to stand beside"],
  ["anti-affinity", "Anti-affinity", "nothing to keep away from"],
  ["cordoned", "Cordon", "no data centre is cordoned"],
  ["unreachable", "Reach", "every data centre answers"],
] as const;

export interface ConstraintRow {
  readonly label: string;
  readonly words: string;
  readonly allowed: number;
  readonly all: number;
}

/** Each hard constraint, and how many places it leaves. */
export function constraintRows(scores: ScoresDto, nameOf: NameOf): readonly ConstraintRow[] {
  const places = [...(scores.current ? [scores.current] : []), ...scores.candidates];
  return CONSTRAINTS.map(([code, label, free]) => {
    const refused = places.filter(({ refusedBy }) => refusedBy.some(({ constraint }) => constraint === code));
    const names = listOf(
      refused.map(({ dataCenter }) => nameOf(dataCenter)),
      2,
    );
    const message = refused[0]?.refusedBy.find(({ constraint }) => constraint === code)?.message ?? "";
    return {
      label,
      words: refused.length === 0 ? free : refused.length === 1 ? `${names}: ${message}` : `refuses ${names}`,
      allowed: places.length - refused.length,
      all: places.length,
    };
  });
}

export interface EvidenceWords {
  readonly meaning: Meaning;
  readonly headline: string;
  readonly lines: readonly string[];
}

const SEEN_BY = { gateway: "as the gateway saw it", agents: "as agents saw it", none: "measured by nobody" } as const;

/** Whether enough was seen to decide, and plainly what is missing where it was not. */
export function evidenceWords({ evidence, threshold, current }: ScoresDto): EvidenceWords {
  const { requests, windowMs, sufficient, latencyFrom, missing, ewma, cusum } = evidence;
  const seen = `${new Intl.NumberFormat("en").format(requests)} requests in ${number(windowMs / 60_000)} min, latency ${SEEN_BY[latencyFrom]}`;
  const smoothed =
    ewma === null
      ? []
      : [
          `Smoothed score ${significant(Math.round(ewma * 10) / 10)} (EWMA)${
            cusum === null || cusum <= 0
              ? ", no lasting fall below the threshold"
              : `, ${significant(Math.round(cusum))} points below ${significant(threshold)} added up (CUSUM)`
          }.`,
        ];
  if (!sufficient)
    return {
      meaning: "neutral",
      headline: `Not enough evidence${missing.length > 0 ? `: ${missing.join("; ")}` : ""}.`,
      lines: [`Seen: ${seen}. Until there is enough, nothing is proposed.`, ...smoothed],
    };
  const score = current?.combined ?? null;
  const isLow = score !== null && score < threshold;
  return {
    meaning: isLow ? "warn" : "ok",
    headline: isLow ? "Enough evidence that its place is poor." : "Enough evidence that its place is good.",
    lines: [`Seen: ${seen}.`, ...smoothed],
  };
}

/** "Below threshold, 38 of 60": the present score beside what it must reach; null while it is not known. */
export function standingOf(scores: ScoresDto): { readonly meaning: Meaning; readonly text: string } | null {
  const { current, threshold, candidate, evidence } = scores;
  if (!evidence.sufficient) return { meaning: "neutral", text: "Not enough evidence" };
  if (current?.allowed === false) return { meaning: "warn", text: "Its place is forbidden now" };
  const score = current?.combined ?? null;
  if (score === null) return null;
  const figures = `${significant(Math.round(score))} of ${significant(threshold)}`;
  if (score < threshold)
    return { meaning: "warn", text: candidate ? `Below threshold, ${figures}` : `Below threshold, not lasting, ${figures}` };
  return { meaning: "ok", text: `Score ${significant(Math.round(score))}, threshold ${significant(threshold)}` };
}

export const breachTime = (since: string, now: number): string => {
  const minutes = Math.floor((now - Date.parse(since)) / 60_000);
  return minutes < 1 ? milliseconds(Math.max(1_000, Math.round((now - Date.parse(since)) / 1_000) * 1_000)) : `${minutes} min`;
};
