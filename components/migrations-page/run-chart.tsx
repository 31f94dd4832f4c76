"use client";

import { useQuery } from "@tanstack/react-query";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { LatencyChart } from "../kpi-charts/line-chart.tsx";
import { regionRows } from "../kpi-charts/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { Problem } from "../ui/parts.tsx";
import { hasEnded } from "./prepare.ts";

const AROUND_MS = 120_000;

/** What users of each region felt around the switch. */
export function RunChart({ migration }: { migration: MigrationDto }) {
  const began = Date.parse(migration.createdAt);
  const ended = migration.endedAt === null ? null : Date.parse(migration.endedAt);
  const until = ended === null ? null : Math.min(ended + AROUND_MS, ended + 600_000);
  const range = {
    from: new Date(began - AROUND_MS).toISOString(),
    ...(until === null || until > Date.now() ? {} : { to: new Date(until).toISOString() }),
  };
  const latency = useQuery({
    ...useTRPC().users.latency.queryOptions({ component: migration.component, ...range, step: 10 }),
    refetchInterval: hasEnded(migration) ? 30_000 : 5_000,
  });
  const { regions, rows } = latency.data ? regionRows(latency.data) : { regions: [], rows: [] };
  const pause = migration.steps.find((step) => step.name === "pause");
  const resume = migration.steps.find((step) => step.name === "resume");
  const [pausedAt, resumedAt] = [Date.parse(pause?.startedAt ?? ""), Date.parse(resume?.endedAt ?? "")];
  const spans =
    pausedAt > 0 && resumedAt > 0 ? [{ from: pausedAt, to: Math.max(resumedAt, pausedAt + 1_000), label: "pause" }] : [];
  return (
    <section className="card pad">
      <h2 className="hd">
        Latency of {migration.component} <span className="sub">ms, p95 by user region</span>
      </h2>
      {latency.error ? <Problem error={latency.error} retry={() => void latency.refetch()} /> : null}
      {latency.data && rows.length === 0 ? (
        <p className="t2" style={{ padding: "24px 0" }}>
          No user has called {migration.component} directly in this time.
        </p>
      ) : (
        <LatencyChart
          label={`Latency of ${migration.component} by user region`}
          rows={rows}
          series={regions.map((region, index) => ({
            key: region,
            label: region,
            color: index + 1,
            ...(index === 0 ? {} : { dash: index % 2 === 0 ? "2 2" : "5 2" }),
          }))}
          target={null}
          spans={spans}
        />
      )}
    </section>
  );
}
