import { quantile, shareWithin } from "../../../kpi-intake/domain/histogram.ts";
import type { Evaluator } from "../predict/evaluate.ts";
import { weighed } from "../predict/latency.ts";
import { demandOfAll } from "../predict/money.ts";
import type { Placement } from "../predict/placement.ts";
import { feltGroups, mergedCounts } from "../predict/predict-groups.ts";
import { userRate } from "../predict/rates.ts";
import type { PreviewKpis } from "./estimate-kpis.ts";

/** The five figures of a whole placement, every component judged in it. */
export function kpisOf(evaluator: Evaluator, placement: Placement): PreviewKpis {
  const { model } = evaluator;
  const { components, money } = evaluator.evaluate(placement);
  const records = new Map(model.registry.components.map((record) => [record.key, record]));
  const used = [...components.values()].filter(({ component }) => userRate(model.evidence.get(component)) > 0);
  const felt = used.flatMap(({ groups }) => feltGroups(groups));
  let [inTarget, withTarget] = [0, 0];
  for (const { component, groups } of used) {
    const target = records.get(component)?.spec.performance.latencyMsP95 ?? null;
    if (target === null) continue;
    const rate = userRate(model.evidence.get(component));
    inTarget += rate * (shareWithin(mergedCounts(feltGroups(groups)), target) ?? 0);
    withTarget += rate;
  }
  return {
    userMsP95: quantile(weighed(felt.map(({ latency, requestsPerSecond }) => ({ latency, weight: requestsPerSecond }))), 0.95),
    inTargetShare: withTarget > 0 ? inTarget / withTarget : null,
    usdPerHour: money.compute + money.traffic,
    egressUsdPerHour: money.traffic,
    gramsPerKWh: gramsPerKWh(evaluator, placement),
  };
}

function gramsPerKWh({ model: { registry } }: Evaluator, placement: Placement): number | null {
  const grids = new Map(registry.dataCenters.map(({ name, spec }) => [name, spec.carbon?.gramsPerKWh ?? null]));
  const asked = registry.components.flatMap((record) => {
    const grams = grids.get(placement.get(record.key) ?? "") ?? null;
    return grams === null ? [] : [{ grams, cpu: demandOfAll(record).cpuMillicores }];
  });
  const cpu = asked.reduce((sum, one) => sum + one.cpu, 0);
  return cpu > 0 ? asked.reduce((sum, one) => sum + one.grams * one.cpu, 0) / cpu : null;
}
