"use client";

import { useQuery } from "@tanstack/react-query";
import { IconX } from "@tabler/icons-react";
import type { PairDto } from "../../server/api/shapes/index.ts";
import { LatencyChart } from "../kpi-charts/line-chart.tsx";
import { sinceFirst } from "../kpi-charts/prepare.ts";
import { useMoveSpans } from "../kpi-charts/use-move-spans.ts";
import { useSpan } from "../time/use-span.ts";
import { useTRPC } from "../trpc/client.ts";
import { Time } from "../ui/time.tsx";
import { CommandLine, KeyValues, Loading, Problem } from "../ui/parts.tsx";
import { useRange } from "../ui/range.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { pairFacts } from "./prepare.ts";

interface PairPanelProps {
  readonly pair: PairDto;
  readonly back: PairDto | null;
  readonly close: () => void;
}

/** One way between two places: what was measured, what was given, and how it went. */
export function PairPanel({ pair, back, close }: PairPanelProps) {
  const nameOf = usePlaceNames();
  const [range] = useRange();
  const span = useSpan(Math.max(60, range.minutes));
  const ends = new Set([pair.from, pair.to]);
  const moves = useMoveSpans({ span, concerns: ({ from, to }) => ends.has(from) && ends.has(to) });
  const series = useQuery({
    ...useTRPC().connectivity.series.queryOptions({
      from: pair.from,
      to: pair.to,
      since: span.from,
      ...(span.to === undefined ? {} : { until: span.to }),
    }),
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  });
  const rows = sinceFirst(
    (series.data?.points ?? []).map(({ at, rttMsP50, rttMsP95 }) => ({ at: Date.parse(at), p50: rttMsP50, p95: rttMsP95 })),
  );
  const isMeasured = rows.some(({ p50 }) => p50 !== null);
  return (
    <section className="card pad col" style={{ gap: 10 }} aria-label={`${nameOf(pair.from)} to ${nameOf(pair.to)}`}>
      <div className="row sb">
        <h2 className="hd" style={{ fontSize: 14 }}>
          {nameOf(pair.from)} → {nameOf(pair.to)}
          <span className="sub">
            {pair.measured ? (
              <>
                last probe <Time at={pair.measured.lastAt} />
              </>
            ) : (
              "no probe"
            )}
          </span>
        </h2>
        <button type="button" className="ctl ghost icon" onClick={close} aria-label="Close">
          <IconX size={16} stroke={1.6} aria-hidden="true" />
        </button>
      </div>
      {series.error ? <Problem error={series.error} retry={() => void series.refetch()} /> : null}
      {series.data === undefined && !series.error ? <Loading what="the series" height={160} /> : null}
      {series.data && !isMeasured ? <p className="t2 f12">Nobody has measured this way in this time.</p> : null}
      {isMeasured ? (
        <LatencyChart
          label={`Round trip from ${nameOf(pair.from)} to ${nameOf(pair.to)}`}
          path={`/connectivity/${pair.from}/${pair.to}`}
          rows={rows}
          target={pair.givenRttMs}
          targetWord="given"
          spans={moves}
          height={170}
          series={[
            { key: "p95", label: "p95", color: 1 },
            { key: "p50", label: "p50", color: 3, dash: "5 2" },
          ]}
        />
      ) : null}
      <KeyValues rows={pairFacts(pair, back)} />
      <CommandLine text={`geostitch get link ${pair.from}/${pair.to}`} />
    </section>
  );
}
