import { BUCKET_MS, type Bucket } from "../bucket.ts";
import type { Breach, Detector } from "../breach.ts";

/** The last minute against the five before it. */
const RECENT_BUCKETS = 3;
const REFERENCE_BUCKETS = 30;
const REQUESTS_MIN = 100;
/** Half the sum of the differences of shares (total variation): this part of all requests comes from elsewhere now. */
const SHARE_MAX = 0.25;

/** Users of a component are somewhere else than before. */
export const usersMoved: Detector = ({ buckets }) => {
  const components = new Set(buckets.flatMap(({ flows }) => flows.filter(({ user }) => user).map(({ component }) => component)));
  return [...components].flatMap((component): Breach[] => {
    const recent = sharesOf(buckets.slice(-RECENT_BUCKETS), component);
    const reference = sharesOf(buckets.slice(-REFERENCE_BUCKETS - RECENT_BUCKETS, -RECENT_BUCKETS), component);
    if (recent.requests < REQUESTS_MIN || reference.requests < REQUESTS_MIN) return [];
    const moved = variation(recent.shares, reference.shares);
    // By chance alone two samples of one crowd differ, too: about √(k / n) for k entries.
    const chance = Math.sqrt(recent.shares.size / recent.requests);
    if (moved <= Math.max(SHARE_MAX, chance)) return [];
    const [entry = ""] = [...recent.shares].sort((a, b) => gain(b, reference.shares) - gain(a, reference.shares))[0] ?? [];
    const first = buckets.at(-RECENT_BUCKETS)?.atMs ?? 0;
    return [
      {
        kind: "users-moved",
        subject: component,
        component,
        dataCenter: entry,
        region: null,
        since: new Date(first - (first % BUCKET_MS)),
        value: moved,
        limit: SHARE_MAX,
        message: `${Math.round(100 * moved)} % of ${component}'s requests come in elsewhere than minutes ago, most of them now in ${entry}`,
      },
    ];
  });
};

const gain = ([entry, share]: readonly [string, number], reference: ReadonlyMap<string, number>): number =>
  share - (reference.get(entry) ?? 0);

function sharesOf(buckets: readonly Bucket[], component: string): { requests: number; shares: Map<string, number> } {
  const flows = buckets.flatMap((bucket) => bucket.flows).filter((flow) => flow.user && flow.component === component);
  const requests = flows.reduce((sum, flow) => sum + flow.requests, 0);
  const byEntry = Map.groupBy(flows, (flow) => flow.entry);
  const shares = [...byEntry].map(([entry, group]): [string, number] => [
    entry,
    group.reduce((sum, flow) => sum + flow.requests, 0) / Math.max(1, requests),
  ]);
  return { requests, shares: new Map(shares) };
}

function variation(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].reduce((sum, key) => sum + Math.abs((a.get(key) ?? 0) - (b.get(key) ?? 0)), 0) / 2;
}
