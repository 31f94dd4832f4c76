import type { Breach } from "../../../performance-analysis/domain/breach.ts";
import type { ComponentRecord } from "../../../component-registry/domain/registry.ts";
import type { Judgement } from "../predict/evaluate.ts";
import type { RegionChange, Risk } from "./content.ts";
import type { PastMove } from "./pause.ts";

export interface RiskQuestion {
  readonly component: ComponentRecord;
  readonly to: string;
  readonly from: string;
  readonly after: Judgement;
  readonly pauseMsP90: number;
  readonly pauseBudgetMs: number;
  readonly regions: readonly RegionChange[];
  readonly interval: readonly [number, number] | null;
  readonly moves: number;
  readonly hoursSinceMove: number | null;
  readonly cooldownHours: number;
  readonly past: readonly PastMove[];
  readonly breaches: readonly Breach[];
}

type RiskCheck = (question: RiskQuestion) => Risk | null;

const LOSS_MS = 10;
const TIGHT_SHARE = 0.2;

const state: RiskCheck = ({ component, pauseMsP90, pauseBudgetMs }) => {
  const { kind, sizeMiB } = component.spec.state;
  if (kind === "stateless") return { code: "state", severity: "info", message: "keeps no state: nobody is held" };
  const tight = pauseMsP90 > pauseBudgetMs;
  const message = `${sizeMiB} MiB of state are copied; users are held about ${pauseMsP90} ms at most, ${pauseBudgetMs} ms are allowed`;
  return { code: "pause", severity: tight ? "critical" : "info", message };
};

const headroom: RiskCheck = ({ after, to }) => {
  const free = after.terms.headroom;
  if (free === null) return null;
  const message = `${to} has ${Math.round(free)} % of its scarcest resource free after it`;
  return { code: "headroom", severity: free < 100 * TIGHT_SHARE ? "warning" : "info", message };
};

const losers: RiskCheck = ({ regions }) => {
  const lost = regions.filter(({ latencyMsP95 }) => latencyMsP95.after - latencyMsP95.before > LOSS_MS);
  if (lost.length === 0) return null;
  const words = lost.map(({ region, latencyMsP95 }) => `${region} ${Math.round(latencyMsP95.after - latencyMsP95.before)} ms`);
  return { code: "losers", severity: "warning", message: `slower at p95: ${words.join(", ")}` };
};

const uncertain: RiskCheck = ({ interval }) => {
  if (interval === null) return null;
  const [low, high] = interval;
  const wide = high - low > 0.3 * high;
  const message = `p95 will lie between ${Math.round(low)} and ${Math.round(high)} ms, users' drift included`;
  return { code: "forecast", severity: wide ? "warning" : "info", message };
};

const order: RiskCheck = ({ moves }) =>
  moves < 2
    ? null
    : {
        code: "order",
        severity: "warning",
        message: `one of ${moves} moves: until the last has ended calls cross between places`,
      };

const coolDown: RiskCheck = ({ hoursSinceMove, cooldownHours }) =>
  hoursSinceMove === null || hoursSinceMove >= cooldownHours
    ? null
    : {
        code: "cool-down",
        severity: "warning",
        message: `moved ${hoursSinceMove.toFixed(1)} h ago, ${cooldownHours} h are asked for between two moves`,
      };

const history: RiskCheck = ({ component, past }) => {
  const own = past.filter((move) => move.component === component.key);
  if (own.length === 0) return { code: "history", severity: "info", message: "has not moved before" };
  const kept = own.filter(({ succeeded }) => succeeded).length;
  return {
    code: "history",
    severity: kept < own.length ? "warning" : "info",
    message: `${kept} of ${own.length} earlier moves succeeded`,
  };
};

const link: RiskCheck = ({ breaches, from, to }) => {
  const bad = breaches.find(
    ({ kind, subject }) => kind === "link" && (subject === `${from}/${to}` || subject === `${to}/${from}`),
  );
  return bad ? { code: "link", severity: "warning", message: bad.message } : null;
};

const CHECKS: readonly RiskCheck[] = [state, headroom, losers, uncertain, order, coolDown, link, history];

/** What could go wrong, or will for somebody; each with what is known of it. */
export const risksOf = (question: RiskQuestion): readonly Risk[] => CHECKS.flatMap((check) => check(question) ?? []);
