"use client";

import { useQuery } from "@tanstack/react-query";
import type { KpisDto, MigrationDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { useSpan } from "../time/use-span.ts";
import { usePlaceNames } from "../ui/place-name.tsx";

/** The share (0..1) of the newest requests that the target answered; null while nobody has asked. */
export function targetShare(kpis: KpisDto, from: string, to: string): number | null {
  const times = kpis.series.flatMap(({ points }) =>
    points.filter((point) => point.requestsPerSecond !== null).map(({ at }) => at),
  );
  const newest = times.sort().at(-1);
  const rateOf = (dataCenter: string): number =>
    kpis.series.find((series) => series.dataCenter === dataCenter)?.points.find(({ at }) => at === newest)?.requestsPerSecond ??
    0;
  const total = rateOf(from) + rateOf(to);
  return total === 0 ? null : rateOf(to) / total;
}

/** Where the component's requests are answered now, between the two places. */
export function TrafficSplit({ migration }: { migration: MigrationDto }) {
  const nameOf = usePlaceNames();
  const kpis = useQuery({
    ...useTRPC().kpis.read.queryOptions({ component: migration.component, ...useSpan(2), step: 10 }),
    refetchInterval: 2_000,
    placeholderData: (before) => before,
  });
  const share = kpis.data ? targetShare(kpis.data, migration.from, migration.to) : null;
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <div className="row g12" style={{ height: 28 }}>
      <span className="s">Traffic</span>
      <span className="t2">
        {nameOf(migration.from)} {percent === null ? "–" : `${100 - percent} %`}
      </span>
      <span className="bar grow" role="img" aria-label={`${percent ?? 0} % answered by the target, last 10 s`}>
        <span style={{ width: `${100 - (percent ?? 0)}%`, background: "var(--text-2)" }} />
        <span style={{ width: `${percent ?? 0}%`, background: "var(--live)" }} />
      </span>
      <span className="t2">
        {nameOf(migration.to)} {percent === null ? "–" : `${percent} %`}
      </span>
    </div>
  );
}
