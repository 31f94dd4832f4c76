import { onsetOf, type Breach, type Detector } from "../breach.ts";
import type { Bucket } from "../bucket.ts";
import { componentLimits } from "../limits.ts";

/** Above this share of what it asked for an instance lives on what happens to be free. */
const SHARE_MAX = 0.9;
const TOLERANCE = 0.1;

interface Point {
  readonly atMs: number;
  readonly cpuMillicores: number;
}

/** An instance uses more CPU than it was given room for. */
export const cpu: Detector = ({ registry, buckets }) =>
  [...byInstance(buckets)].flatMap(([key, points]): Breach[] => {
    const [component = "", dataCenter = "", instance = ""] = key.split("\n");
    const { cpuMillicores: asked } = componentLimits(registry, component);
    const last = points.at(-1);
    if (asked <= 0 || !last) return [];
    const since = onsetOf(
      points.map(({ atMs, cpuMillicores }) => ({ atMs, excess: (cpuMillicores / asked - SHARE_MAX) / TOLERANCE })),
    );
    if (!since) return [];
    const message = `${instance} uses ${Math.round(last.cpuMillicores)} of the ${asked} mCPU that ${component} asks for`;
    const limit = SHARE_MAX * asked;
    return [
      { kind: "cpu", subject: component, component, dataCenter, region: null, since, value: last.cpuMillicores, limit, message },
    ];
  });

/** The mean of an instance's windows in each bucket. */
function byInstance(buckets: readonly Bucket[]): Map<string, Point[]> {
  const all = new Map<string, Point[]>();
  for (const { atMs, instances } of buckets) {
    const known = instances.flatMap((use) => (use.cpuMillicores === null ? [] : [{ ...use, cpuMillicores: use.cpuMillicores }]));
    const groups = Map.groupBy(known, (use) => `${use.component}\n${use.dataCenter}\n${use.instance}`);
    for (const [key, uses] of groups) {
      const cpuMillicores = uses.reduce((sum, use) => sum + use.cpuMillicores, 0) / uses.length;
      all.set(key, [...(all.get(key) ?? []), { atMs, cpuMillicores }]);
    }
  }
  return all;
}
