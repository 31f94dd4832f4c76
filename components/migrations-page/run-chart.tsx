"use client";

import { useQuery } from "@tanstack/react-query";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { LatencyChart } from "../kpi-charts/line-chart.tsx";
import { regionRows } from "../kpi-charts/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { Problem, useNow } from "../ui/parts.tsx";
import { hasEnded } from "./prepare.ts";
import { relativeTick, relativeTicks, runSpans, runWindow } from "./run-chart-prepare.ts";

const REGIONS_MAX = 4;
const DASHES = [undefined, "5 2", "2 2", "8 3 2 3"] as const;

/** What users of each region felt around the switch. */
export function RunChart({ migration }: { migration: MigrationDto }) {
  const now = useNow(5_000);
  const { fromMs, toMs, switchAtMs } = runWindow(migration, now);
  const trpc = useTRPC();
  const target = useQuery(trpc.components.get.queryOptions({ component: migration.component })).data?.spec.performance
    .latencyMsP95;
  const isOver = hasEnded(migration) && now > toMs;
  const latency = useQuery({
    ...trpc.users.latency.queryOptions({
      component: migration.component,
      from: new Date(fromMs).toISOString(),
      ...(isOver ? { to: new Date(toMs).toISOString() } : {}),
      step: 10,
    }),
    refetchInterval: isOver ? false : 5_000,
    placeholderData: (before) => before,
  });
  const { regions, rows } = latency.data ? regionRows(latency.data, REGIONS_MAX) : { regions: [], rows: [] };
  const origin = switchAtMs ?? toMs;
  return (
    <section>
      <h2 className="hd">
        Latency of {migration.component.split("/")[1]} <span className="sub">ms, p95 by user region</span>
      </h2>
      {latency.error ? <Problem error={latency.error} retry={() => void latency.refetch()} /> : null}
      {latency.data && rows.length === 0 ? (
        <p className="t2" style={{ padding: "24px 0" }}>
          No user has called {migration.component} directly in this time.
        </p>
      ) : (
        <LatencyChart
          label={`Latency of ${migration.component} by user region`}
          path={`/users/latency?component=${encodeURIComponent(migration.component)}`}
          rows={rows}
          series={regions.map((region, index) => ({
            key: region,
            label: region,
            color: index + 1,
            ...(DASHES[index] === undefined ? {} : { dash: DASHES[index] }),
          }))}
          target={target ?? null}
          spans={runSpans(migration, now)}
          axis={{
            from: fromMs,
            to: toMs,
            ticks: relativeTicks(fromMs, toMs, origin),
            format: (at) => relativeTick(at, origin, switchAtMs === null ? "now" : "switch"),
          }}
        />
      )}
    </section>
  );
}
