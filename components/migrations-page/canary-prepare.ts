import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { milliseconds, percent } from "../ui/format.ts";
import type { PlaceNames } from "../ui/place-name.tsx";

type Canary = NonNullable<MigrationDto["canary"]>;
type Side = Canary["target"];

export interface CanarySideRow {
  readonly key: string;
  /** "20 % of users in Frankfurt". */
  readonly label: string;
  readonly requests: number;
  readonly errors: string;
  readonly latency: string;
}

const errorsOf = ({ errors, requests }: Side): string => (requests === 0 ? "–" : percent(errors / requests));

/** Both sides of a trial, the new place first. */
export function canaryRows({ canary, from, to }: MigrationDto, nameOf: PlaceNames): readonly CanarySideRow[] {
  if (canary === null) return [];
  const side = (key: string, label: string, seen: Side): CanarySideRow => ({
    key,
    label,
    requests: seen.requests,
    errors: errorsOf(seen),
    latency: milliseconds(seen.latencyMsP95),
  });
  return [
    side("target", `${canary.percent} % of users in ${nameOf(to)}`, canary.target),
    side("control", `${100 - canary.percent} % stay in ${nameOf(from)}`, canary.control),
  ];
}

/** The same for a spreadsheet: what was counted, without words and units. */
export function canaryFigures({ canary, from, to }: Pick<MigrationDto, "canary" | "from" | "to">) {
  if (canary === null) return [];
  return [
    { dataCenter: to, usersPercent: canary.percent, ...canary.target },
    { dataCenter: from, usersPercent: 100 - canary.percent, ...canary.control },
  ];
}

/** What has become of it, in one sentence. */
export function canarySentence({ canary, from, to }: MigrationDto, nameOf: PlaceNames): string {
  if (canary === null) return "";
  const { decision, percent: share } = canary;
  if (decision === null) return `${share} % of users are in ${nameOf(to)}, ${100 - share} % stay. The rest follows if it holds.`;
  if (decision === "held") return `It held, and the rest of the users followed to ${nameOf(to)}.`;
  if (decision === "returned") return `It did not hold: all users are in ${nameOf(from)} again.`;
  return "Too few requests to compare: the rest followed, and the watch looks after them.";
}
