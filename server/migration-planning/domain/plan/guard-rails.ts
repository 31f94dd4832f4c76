import type { GuardRails } from "../../../component-registry/domain/manifest.ts";
import { answerAt, nextOpening, timeInWords } from "./change-windows.ts";
import type { RailCheck } from "./content.ts";
import { countByPlace, type MoveBetween, type RailFacts } from "./rail-facts.ts";

/** One plan against one policy's guard rails. */
export interface RailQuestion {
  readonly settings: GuardRails;
  readonly gainPercent: number;
  /** Null: it does not pay back at all. */
  readonly paybackHours: number | null;
  readonly moves: readonly (MoveBetween & { readonly component: string; readonly pauseMsP90: number })[];
  readonly facts: RailFacts;
}

type Rail = (question: RailQuestion) => Omit<RailCheck, "name">;

const margin: Rail = ({ settings: { minGainPercent }, gainPercent }) => ({
  ok: gainPercent >= minGainPercent,
  message: `the score gains ${gainPercent.toFixed(1)} %, at least ${minGainPercent} % are asked for`,
});

const payback: Rail = ({ settings, paybackHours }) => ({
  ok: paybackHours !== null && paybackHours <= settings.paybackHours,
  message:
    paybackHours === null
      ? "it does not pay back"
      : `it pays back in ${paybackHours.toFixed(2)} h, at most ${settings.paybackHours} h are asked for`,
});

const coolDown: Rail = ({ settings: { cooldownMinutes }, facts: { hoursSinceMove } }) => ({
  ok: hoursSinceMove === null || hoursSinceMove * 60 >= cooldownMinutes,
  message:
    hoursSinceMove === null
      ? "none of them has moved"
      : `the last of them moved ${(hoursSinceMove * 60).toFixed(0)} min ago, ${cooldownMinutes} min are asked for`,
});

const concurrent: Rail = ({ settings: { maxConcurrent }, facts: { openMoves } }) => ({
  ok: openMoves < maxConcurrent,
  message: `${openMoves} of ${maxConcurrent} moves run now`,
});

const perHour: Rail = ({ settings: { maxPerHour }, moves, facts: { movesLastHour } }) => ({
  ok: movesLastHour + moves.length <= maxPerHour,
  message: `${counted(movesLastHour, moves.length)} in the last hour, at most ${maxPerHour} are allowed`,
});

const perDataCenter: Rail = ({ settings: { maxPerDataCenter }, moves, facts: { movesLastHourByPlace } }) => {
  const busiest = Object.entries(countByPlace(moves))
    .map(([place, own]) => ({ place, own, before: movesLastHourByPlace[place] ?? 0 }))
    .reduce((most, one) => (one.own + one.before > most.own + most.before ? one : most), { place: "", own: 0, before: 0 });
  return {
    ok: busiest.own + busiest.before <= maxPerDataCenter,
    message: `${counted(busiest.before, busiest.own)} in the last hour touch ${busiest.place}, at most ${maxPerDataCenter} are allowed`,
  };
};

const counted = (before: number, own: number): string => `${before} moves and ${own} of this plan`;

const windows: Rail = ({ settings, facts: { worldNow } }) => {
  if (settings.windows.length === 0) return { ok: true, message: "any hour is allowed" };
  if (worldNow === null) return { ok: false, message: "the world's clock does not answer: no hour is known to be allowed" };
  const now = new Date(worldNow);
  const { open, deniedBy } = answerAt(settings.windows, now);
  if (open) return { ok: true, message: `${timeInWords(now)} of the world's clock is allowed` };
  const opens = nextOpening(settings.windows, now);
  const reason = deniedBy === null || deniedBy.reason === "" ? "" : ` (${deniedBy.reason})`;
  const until = opens === null ? "no hour is allowed" : `allowed from ${timeInWords(opens)}`;
  return { ok: false, message: `${timeInWords(now)} of the world's clock is not allowed${reason}: ${until}` };
};

const pauseBudget: Rail = ({ settings: { pauseBudgetMs }, moves }) => {
  const longest = Math.max(0, ...moves.map(({ pauseMsP90 }) => pauseMsP90));
  return {
    ok: longest <= pauseBudgetMs,
    message: `clients wait ${Math.round(longest)} ms at most (p90), ${pauseBudgetMs} ms are allowed`,
  };
};

const stopAfterMissed: Rail = ({ settings: { stopAfterMissed: limit }, facts: { missed, stopped } }) => ({
  ok: stopped === null && (limit === 0 || missed < limit),
  message: stopped ?? `${missed} broken promises since the last resume${limit === 0 ? "" : `, it stops after ${limit}`}`,
});

const freeze: Rail = ({ facts: { frozen } }) => ({
  ok: !frozen,
  message: frozen ? "new moves are frozen" : "nothing is frozen",
});

/** An agent may be wrong, or somebody else's by now: what it alone says moves nothing by itself. */
const evidence: Rail = ({ settings: { minGainPercent }, facts }) => {
  const { gainPercent, unsupported } = facts.evidence;
  if (unsupported.length > 0)
    return { ok: false, message: `only agents speak for moving ${unsupported.join(", ")}: the gateway's view does not` };
  const words = `without any agent's word it gains ${gainPercent.toFixed(1)} %`;
  return { ok: gainPercent >= minGainPercent, message: `${words}, at least ${minGainPercent} % are asked for` };
};

const RAILS: readonly (readonly [name: string, rail: Rail])[] = [
  ["margin", margin],
  ["payback", payback],
  ["cool-down", coolDown],
  ["max-concurrent", concurrent],
  ["max-per-hour", perHour],
  ["max-per-data-center", perDataCenter],
  ["windows", windows],
  ["pause-budget", pauseBudget],
  ["stop-after-missed", stopAfterMissed],
  ["evidence", evidence],
  ["freeze", freeze],
];

/** The policy's guard rails against one plan. They bind what runs by itself; a person sees them and decides. */
export const checkRails = (question: RailQuestion): readonly RailCheck[] =>
  RAILS.map(([name, rail]) => ({ name, ...rail(question) }));

/** So many moves a plan can have at most and still run by itself. */
export const automaticMovesMax = ({ maxPerHour, maxPerDataCenter }: GuardRails): number => Math.min(maxPerHour, maxPerDataCenter);
