import { componentLimits } from "../limits.ts";
import { onsetOf, type Breach, type Detector } from "../breach.ts";
import { callsByPlace } from "../series.ts";

/** Failed requests above the component's budget, by the place that served them; what nobody served counts where it came in. */
export const errorRate: Detector = ({ registry, buckets }) =>
  callsByPlace(buckets).flatMap(({ component, dataCenter, points }): Breach[] => {
    const { errorRateMax } = componentLimits(registry, component);
    const series = points.map(({ atMs, requests, errors }) => ({ atMs, excess: excessOf(errors, requests, errorRateMax) }));
    const since = onsetOf(series);
    const last = points.at(-1);
    if (!since || !last) return [];
    const rate = last.errors / last.requests;
    return [
      {
        kind: "error-rate",
        subject: component,
        component,
        dataCenter,
        region: null,
        since,
        value: rate,
        limit: errorRateMax,
        message: `${(100 * rate).toFixed(1)} % of ${component}'s requests fail in ${dataCenter}, ${(100 * errorRateMax).toFixed(1)} % are allowed`,
      },
    ];
  });

/** In standard deviations of a Poisson count at the budget; the half keeps a single failure among few requests from being one. */
const excessOf = (errors: number, requests: number, max: number): number => {
  const expected = max * requests;
  return (errors - expected) / Math.sqrt(expected + 0.5) - 1;
};
