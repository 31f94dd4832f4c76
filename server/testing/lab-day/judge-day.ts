import type { MigrationDto } from "../../api/shapes/index.ts";

/** What became of one move, in the lab's hours since the day began. */
export interface DayMove {
  readonly id: string;
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly plan: string | null;
  readonly state: string;
  readonly atHour: number;
  readonly promisedMsP95: number | null;
  readonly promisedInterval: readonly number[] | null;
  readonly achievedMsP95: number | null;
  readonly pauseMs: number | null;
  readonly paybackHours: number | null;
  readonly verdict: string | null;
  readonly failedRequests: number;
  /** Why it went back, or ended otherwise than it should; null: it did neither. */
  readonly why: string | null;
}

const REVERSED_WITHIN_HOURS = 6;

export interface DayJudgement {
  readonly moves: number;
  /** Moves back to a place that the component had left less than six hours of the lab's clock before. */
  readonly reversals: number;
  readonly judged: number;
  readonly kept: number;
  readonly failedRequests: number;
}

/** Only what came to its end counts as a move; a way back that repairs a broken promise counts as a reversal, too. */
export function judgeMoves(moves: readonly DayMove[]): DayJudgement {
  const done = moves.filter(({ state }) => state === "succeeded" || state === "rolled_back").sort((a, b) => a.atHour - b.atHour);
  const reversals = done.filter((move, index) =>
    done
      .slice(0, index)
      .some(
        (before) =>
          before.component === move.component &&
          before.from === move.to &&
          before.to === move.from &&
          move.atHour - before.atHour < REVERSED_WITHIN_HOURS,
      ),
  );
  const judged = done.filter(({ verdict }) => verdict === "kept" || verdict === "missed");
  return {
    moves: done.length,
    reversals: reversals.length,
    judged: judged.length,
    kept: judged.filter(({ verdict }) => verdict === "kept").length,
    failedRequests: moves.reduce((sum, { failedRequests }) => sum + failedRequests, 0),
  };
}

export interface DayFigures {
  readonly requests: number;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p95: number | null;
  /** Of the lab's own users: what they saw, over the whole day. */
  readonly failed: number;
  readonly lost: number;
  readonly doubled: number;
  /** Dollars of the day: what ran, bytes between places and to users, what users' waiting is worth, and copies of moves. */
  readonly usd: { readonly compute: number; readonly traffic: number; readonly waiting: number; readonly moves: number };
}

export interface Limit {
  readonly what: string;
  readonly reached: boolean;
}

const percentLess = (before: number | null, after: number | null): number | null =>
  before === null || after === null || before === 0 ? null : (100 * (before - after)) / before;

/** By how much users' p75 has to be less than without moves, percent. */
export const GAIN_PERCENT_MIN = 20;

/** What a day on its own has to reach, beside the same day without moves. */
export function limitsOf(judgement: DayJudgement, auto: DayFigures, observe: DayFigures): readonly Limit[] {
  const { moves, reversals, judged, kept } = judgement;
  const keptPercent = judged === 0 ? 0 : (100 * kept) / judged;
  const reversalPercent = moves === 0 ? 0 : (100 * reversals) / moves;
  const gain = percentLess(observe.p75, auto.p75);
  return [
    { what: `${moves} moves, at least 3 are asked for`, reached: moves >= 3 },
    {
      what: `${kept} of ${judged} promises that could be judged are kept (${keptPercent.toFixed(0)} %), at least 90 % of at least three are asked for`,
      reached: judged >= 3 && keptPercent >= 90,
    },
    {
      what: `${reversals} reversals within ${REVERSED_WITHIN_HOURS} h (${reversalPercent.toFixed(1)} %), at most 7 % are allowed`,
      reached: reversalPercent <= 7,
    },
    { what: `${auto.failed} failed requests, none is allowed`, reached: auto.failed === 0 },
    { what: `${auto.lost} lost and ${auto.doubled} doubled writes, none is allowed`, reached: auto.lost + auto.doubled === 0 },
    {
      what: `p75 of users' latency ${gain === null ? "unknown" : `${gain.toFixed(1)} % less`} than without moves, at least ${GAIN_PERCENT_MIN} % are asked for`,
      reached: gain !== null && gain >= GAIN_PERCENT_MIN,
    },
  ];
}

/** One line of what the API answers of a migration. */
export function dayMoveOf(
  migration: MigrationDto,
  { hourOf, paybackHours }: { hourOf: (at: string) => number; paybackHours: number | null },
): DayMove {
  const { id, component, from, to, plan, state, receipt, endedAt, createdAt, pauseMs, error, reason } = migration;
  return {
    id,
    component,
    from,
    to,
    plan,
    state,
    atHour: hourOf(endedAt ?? createdAt),
    promisedMsP95: receipt?.promised?.latencyMsP95 ?? null,
    promisedInterval: receipt?.promised?.latencyMsP95Interval ?? null,
    achievedMsP95: receipt?.achieved.latencyMsP95 ?? null,
    pauseMs,
    paybackHours,
    verdict: receipt?.verdict ?? null,
    failedRequests: receipt?.failedRequests ?? 0,
    // What no plan ordered is a way back, or somebody's doing.
    why: error ?? (plan === null ? reason : null),
  };
}
