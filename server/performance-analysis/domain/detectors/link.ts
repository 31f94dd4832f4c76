import { onsetOf, type Breach, type Detector } from "../breach.ts";

/** A link may be a quarter and five milliseconds slower than it is said to be; one tolerance more is a tenth of it, or two. */
const RATIO_MAX = 1.25;
const MARGIN_MS = 5;
const toleranceMs = (expectedMs: number): number => Math.max(2, 0.1 * expectedMs);

/** A link is slower than it was given, or loses probes. */
export const link: Detector = ({ buckets, expectedRttMs }) => {
  const measured = buckets.flatMap(({ atMs, links }) => links.map((use) => ({ atMs, ...use })));
  return [...Map.groupBy(measured, ({ from, to }) => `${from}/${to}`)].flatMap(([subject, points]): Breach[] => {
    const [first] = points;
    const last = points.at(-1);
    if (!first || !last) return [];
    const expected = expectedRttMs(first.from, first.to);
    const limit = RATIO_MAX * expected + MARGIN_MS;
    const excess = ({ rttMsP50, probes, lost }: (typeof points)[number]): number =>
      Math.max((rttMsP50 - limit) / toleranceMs(expected), probes > 0 ? (lost / probes - 0.1) / 0.1 : 0);
    const since = onsetOf(points.map((point) => ({ atMs: point.atMs, excess: excess(point) })));
    if (!since) return [];
    const message = `the link ${first.from} to ${first.to} takes ${Math.round(last.rttMsP50)} ms, ${Math.round(expected)} ms are expected`;
    return [
      {
        kind: "link",
        subject,
        component: null,
        dataCenter: first.from,
        region: null,
        since,
        value: last.rttMsP50,
        limit,
        message,
      },
    ];
  });
};
