import { placementsOf } from "../../component-registry/domain/status.ts";
import { refusalsOf, type Refusal } from "./constraints/index.ts";
import type { Nomination } from "./nominate.ts";
import type { Evaluator, Judgement } from "./predict/evaluate.ts";
import { withMoves } from "./predict/placement.ts";
import { totalOf } from "./predict/money.ts";
import type { Terms } from "./terms/index.ts";

/** One data centre as a place for one component, everything else where it is. */
export interface CandidatePlace {
  readonly dataCenter: string;
  readonly allowed: boolean;
  readonly refusedBy: readonly Refusal[];
  readonly terms: Terms;
  readonly combined: number | null;
  readonly latencyMsP95: number | null;
  /** Against the present place, all components together; null without prices and evidence. */
  readonly usdPerHour: number | null;
}

export interface CallReport {
  readonly from: string;
  readonly to: string;
  readonly fromDataCenter: string;
  readonly toDataCenter: string;
  readonly callsPerSecond: number | null;
  readonly rttMs: number;
}

export interface ScoreReport {
  readonly current: CandidatePlace | null;
  /** Best first, refused ones last. */
  readonly candidates: readonly CandidatePlace[];
  readonly calls: readonly CallReport[];
}

/** Every place for one component, with all terms and every refusal. */
export function reportScores(component: string, evaluator: Evaluator, nomination: Nomination | null): ScoreReport {
  const { registry, now, present } = evaluator.model;
  const record = registry.components.find(({ key }) => key === component);
  if (!record) return { current: null, candidates: [], calls: [] };
  const here = present.get(component);
  const base = here === undefined ? null : totalOf(evaluator.evaluate(present).money);
  const places = registry.dataCenters.map((destination): CandidatePlace => {
    const isPresent = destination.name === here;
    const refusedBy = isPresent ? (nomination?.forbidden ?? []) : refusalsOf({ component: record, destination, registry, now });
    const placement = withMoves(present, [{ component, to: destination.name }]);
    const judged = evaluator.judge(component, placement);
    const usd = base === null ? null : totalOf(evaluator.evaluate(placement).money) - base;
    return { dataCenter: destination.name, allowed: refusedBy.length === 0, refusedBy, ...figuresOf(judged), usdPerHour: usd };
  });
  const others = places.filter(({ dataCenter }) => dataCenter !== here).sort(byRank);
  return {
    current: places.find(({ dataCenter }) => dataCenter === here) ?? null,
    candidates: others,
    calls: callsOf(component, evaluator),
  };
}

const NO_TERMS: Terms = {
  performance: null,
  proximity: null,
  dependency: null,
  cost: null,
  carbon: null,
  headroom: null,
  stability: null,
};

const figuresOf = (judged: Judgement | null) => ({
  terms: judged?.terms ?? NO_TERMS,
  combined: judged?.combined ?? null,
  latencyMsP95: judged?.latencyMsP95 ?? null,
});

const byRank = (a: CandidatePlace, b: CandidatePlace): number =>
  Number(b.allowed) - Number(a.allowed) || (b.combined ?? -1) - (a.combined ?? -1) || (a.dataCenter < b.dataCenter ? -1 : 1);

/** Its dependencies and callers, with where each runs and how far that is. */
function callsOf(component: string, { model }: Evaluator): CallReport[] {
  const { graph, rates, registry, rttMs } = model;
  const placeOf = (key: string): string | undefined => placementsOf(registry.instances, key)[0]?.dataCenter;
  return [...graph.callsOf(component), ...graph.callersOf(component)].flatMap(({ from, to, callsPerRequest }) => {
    const [fromDataCenter, toDataCenter] = [placeOf(from), placeOf(to)];
    if (fromDataCenter === undefined || toDataCenter === undefined) return [];
    const rate = rates.get(from);
    const rtt = fromDataCenter === toDataCenter ? 0 : rttMs(fromDataCenter, toDataCenter);
    return [
      { from, to, fromDataCenter, toDataCenter, callsPerSecond: rate === undefined ? null : rate * callsPerRequest, rttMs: rtt },
    ];
  });
}
