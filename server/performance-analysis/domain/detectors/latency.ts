import { quantile } from "../../../kpi-intake/domain/histogram.ts";
import { onsetOf, type Breach, type Detector, type Excess } from "../breach.ts";
import { componentLimits } from "../limits.ts";
import { usersByRegion, workByPlace, type CallPoint, type CallSeries } from "../series.ts";

/** So few requests have no 95th percentile worth the name. */
const REQUESTS_MIN = 20;
/** One tolerance: fifteen per cent above the target. */
const TOLERANCE = Math.log(1.15);

const p95Of = ({ requests, counts }: CallPoint): number | null => (requests < REQUESTS_MIN ? null : quantile(counts, 0.95));

function excesses(points: readonly CallPoint[], target: number): Excess[] {
  return points.flatMap((point) => {
    const p95 = p95Of(point);
    return p95 === null || p95 <= 0 ? [] : [{ atMs: point.atMs, excess: Math.log(p95 / target) / TOLERANCE }];
  });
}

function breachOf(
  series: CallSeries,
  target: number,
  describe: (p95: number) => Omit<Breach, "since" | "value" | "limit">,
): Breach[] {
  const since = onsetOf(excesses(series.points, target));
  const value = series.points.map(p95Of).findLast((p95) => p95 !== null);
  return since && value !== undefined ? [{ ...describe(value), since, value, limit: target }] : [];
}

/** The instance itself is slower than its component's target: the agents' view, without any distance to users. */
export const latency: Detector = ({ registry, buckets }) =>
  workByPlace(buckets).flatMap((series) => {
    const { component, dataCenter } = series;
    const { latencyMsP95: target } = componentLimits(registry, component);
    if (target === null) return [];
    return breachOf(series, target, (p95) => ({
      kind: "latency",
      subject: component,
      component,
      dataCenter,
      region: null,
      message: `${component} takes ${Math.round(p95)} ms at p95 in ${dataCenter} itself, its target is ${target} ms`,
    }));
  });

/** Users of one region wait longer than the component's target: the gateway's view. */
export const userLatency: Detector = ({ registry, buckets }) =>
  usersByRegion(buckets).flatMap((series) => {
    const { component, dataCenter: region } = series;
    const { latencyMsP95: target } = componentLimits(registry, component);
    if (target === null) return [];
    return breachOf(series, target, (p95) => ({
      kind: "user-latency",
      subject: component,
      component,
      dataCenter: null,
      region,
      message: `users of ${component} in ${region} get ${Math.round(p95)} ms at p95, the target is ${target} ms`,
    }));
  });
