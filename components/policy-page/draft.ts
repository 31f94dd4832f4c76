import type { PolicySpec, WEIGHT_TERMS } from "../../server/component-registry/domain/manifest.ts";
import { policyChanges } from "../../server/component-registry/domain/policy-versions.ts";
import type { PolicyDto } from "../../server/api/shapes/index.ts";

/** A draft of a policy, and what may be done to it: pure, so that every key and every slider does the same. */

export type TermName = (typeof WEIGHT_TERMS)[number];
export type WeightRow = Readonly<Record<TermName, number>>;
export type Locks = ReadonlySet<TermName>;
/** As the API answers it, which is as a person may write it. */
export type Spec = PolicyDto["spec"];

/** In the order in which people ask. */
export const TERMS: readonly { readonly term: TermName; readonly label: string; readonly measures: string }[] = [
  { term: "proximity", label: "Proximity", measures: "distance and RTT to users" },
  { term: "performance", label: "Performance", measures: "p95, throughput, errors" },
  { term: "dependency", label: "Dependencies", measures: "RTT to what it calls" },
  { term: "cost", label: "Cost", measures: "price of its resources" },
  { term: "carbon", label: "Carbon", measures: "g CO2 per kWh" },
  { term: "headroom", label: "Headroom", measures: "free capacity" },
  { term: "stability", label: "Stability", measures: "price of moving" },
];

/** In the order of `TERMS`. */
const parts = (...values: readonly number[]): WeightRow =>
  Object.fromEntries(TERMS.map(({ term }, index) => [term, values[index] ?? 0])) as WeightRow;

export const PRESETS: readonly { readonly name: string; readonly weights: WeightRow }[] = [
  { name: "Balanced", weights: parts(30, 30, 15, 10, 5, 5, 5) },
  { name: "Near users", weights: parts(48, 25, 10, 6, 3, 4, 4) },
  { name: "Low cost", weights: parts(15, 20, 10, 40, 3, 6, 6) },
  { name: "Low carbon", weights: parts(15, 20, 10, 5, 40, 5, 5) },
  { name: "Steady", weights: parts(15, 25, 5, 5, 0, 15, 35) },
];

const WHOLE = 100;
const names = TERMS.map(({ term }) => term);

/** Weights as parts of a hundred, whole numbers that sum to it: what is rounded off goes to those that lost most by it. */
export function percentsOf(weights: Readonly<Partial<Record<string, number>>>): WeightRow {
  return share(WHOLE, names, (term) => weights[term] ?? 0);
}

function share(whole: number, terms: readonly TermName[], weightOf: (term: TermName) => number): WeightRow {
  const total = terms.reduce((sum, term) => sum + weightOf(term), 0);
  const exact = terms.map((term) => ({ term, part: total > 0 ? (whole * weightOf(term)) / total : whole / terms.length }));
  const parts = new Map(exact.map(({ term, part }) => [term, Math.floor(part + 1e-9)]));
  let left = whole - [...parts.values()].reduce((sum, part) => sum + part, 0);
  const byLoss = [...exact].sort((a, b) => (b.part % 1) - (a.part % 1));
  for (const { term } of byLoss) {
    if (left <= 0) break;
    parts.set(term, (parts.get(term) ?? 0) + 1);
    left -= 1;
  }
  return Object.fromEntries(names.map((term) => [term, parts.get(term) ?? 0])) as WeightRow;
}

/** One weight set, the locked ones as they are, the others brought back to a hundred in the ratio that they have. */
export function setWeight(weights: WeightRow, term: TermName, wanted: number, locks: Locks): WeightRow {
  const others = names.filter((name) => name !== term && !locks.has(name));
  const locked = names.filter((name) => name !== term && locks.has(name)).reduce((sum, name) => sum + weights[name], 0);
  const room = WHOLE - locked;
  // With nobody to give or take, a weight stays what is left for it.
  const value = others.length === 0 ? room : Math.round(Math.min(room, Math.max(0, wanted)));
  const rest = share(room - value, others, (name) => weights[name]);
  return { ...weights, ...pick(rest, others), [term]: value };
}

/** A preset, as far as locks leave room for it. */
export function withPreset(weights: WeightRow, preset: WeightRow, locks: Locks): WeightRow {
  const open = names.filter((name) => !locks.has(name));
  const locked = names.filter((name) => locks.has(name)).reduce((sum, name) => sum + weights[name], 0);
  return {
    ...weights,
    ...pick(
      share(WHOLE - locked, open, (name) => preset[name]),
      open,
    ),
  };
}

const pick = (weights: WeightRow, terms: readonly TermName[]): Partial<WeightRow> =>
  Object.fromEntries(terms.map((term) => [term, weights[term]]));

export const sameWeights = (a: WeightRow, b: WeightRow): boolean => names.every((name) => a[name] === b[name]);

/** The spec with these weights: what was published stays as it was written where the parts are the same. */
export function withWeights(spec: Spec, published: Spec, weights: WeightRow): Spec {
  const same = sameWeights(weights, percentsOf(published.weights));
  return {
    ...spec,
    weights: same
      ? published.weights
      : Object.fromEntries(names.flatMap((name) => (weights[name] > 0 ? [[name, weights[name]]] : []))),
  };
}

export interface DraftChange {
  readonly path: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const PATH_LABELS: Readonly<Record<string, string>> = {
  migrationThreshold: "Threshold",
  mode: "Mode",
  "guardRails.maxConcurrent": "At once",
  "guardRails.maxPerHour": "Per hour",
  "guardRails.cooldownMinutes": "Cool-down",
  "guardRails.minGainPercent": "Least gain",
  "guardRails.paybackHours": "Pays back in",
  "guardRails.pauseBudgetMs": "Pause",
  "guardRails.stopAfterMissed": "Stop after missed",
  "guardRails.maxPerDataCenter": "Per data centre",
  "guardRails.canaryPercent": "Canary",
  "guardRails.canaryMs": "Canary time",
  "guardRails.watchMs": "Watch",
  "guardRails.regressionPercent": "Regression",
  "guardRails.holdDeadlineMs": "Hold deadline",
  "selfHealing.enabled": "Self-healing",
  "selfHealing.afterMs": "Lost after",
  applications: "Applications",
};

/** What changed, in words: weights as parts of a hundred, windows as a whole. */
export function changesOf(published: Spec, draft: Spec): readonly DraftChange[] {
  const [before, after] = [percentsOf(published.weights), percentsOf(draft.weights)];
  const weights = TERMS.flatMap(({ term, label }): DraftChange[] =>
    before[term] === after[term]
      ? []
      : [{ path: `weights.${term}`, label, before: String(before[term]), after: String(after[term]) }],
  );
  const rest = policyChanges(withoutLists(published), withoutLists(draft)).map(
    ({ path, before: was, after: is }): DraftChange => ({
      path,
      label: PATH_LABELS[path] ?? path.replace(/^componentModes\./, ""),
      before: shown(was),
      after: shown(is),
    }),
  );
  const windows = [published, draft].map(({ guardRails }) => guardRails.windows.map(windowWords).join("; ") || "any hour");
  const changed =
    windows[0] === windows[1]
      ? []
      : [{ path: "guardRails.windows", label: "Windows", before: windows[0] ?? "", after: windows[1] ?? "" }];
  return [...weights, ...rest, ...changed];
}

const withoutLists = (spec: Spec): PolicySpec => ({ ...spec, weights: {}, guardRails: { ...spec.guardRails, windows: [] } });

const shown = (value: unknown): string =>
  value === null
    ? "none"
    : typeof value === "string"
      ? value
      : Array.isArray(value)
        ? value.join(", ") || "none"
        : JSON.stringify(value);

export type Window = Spec["guardRails"]["windows"][number];

export function windowWords({ kind, days, from, to, reason }: Window): string {
  const when = days.length === 7 ? "every day" : days.join(" ");
  return `${kind} ${when} ${from} to ${to}${reason === "" ? "" : ` (${reason})`}`;
}
