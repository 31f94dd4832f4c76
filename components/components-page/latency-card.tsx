"use client";

import { useQuery } from "@tanstack/react-query";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { LatencyChart } from "../kpi-charts/line-chart.tsx";
import { spansOf } from "../kpi-charts/use-move-spans.ts";
import { latencyRows, regionRows } from "../kpi-charts/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { Problem } from "../ui/parts.tsx";
import { FIFTEEN_MINUTES, type TimeRange } from "../ui/range.tsx";
import { useSpan } from "../time/use-span.ts";

interface LatencyCardProps {
  readonly component: string;
  readonly target: number | null;
  readonly migrations: readonly MigrationDto[];
  readonly range?: TimeRange;
}

export function LatencyCard({ component, target, migrations, range = FIFTEEN_MINUTES }: LatencyCardProps) {
  const trpc = useTRPC();
  const question = { component, ...useSpan(range.minutes), ...(range.step === undefined ? {} : { step: range.step }) };
  const spans = spansOf(migrations, Date.now());
  const kpis = useQuery({
    ...trpc.kpis.read.queryOptions(question),
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  });
  const users = useQuery({
    ...trpc.users.latency.queryOptions(question),
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  });
  const rows = kpis.data ? latencyRows(kpis.data) : [];
  const byRegion = users.data ? regionRows(users.data) : { regions: [], rows: [] };
  return (
    <section className="card pad">
      <h2 className="hd">
        Latency <span className="sub">ms, all requests, {range.words}</span>
      </h2>
      {kpis.error ? <Problem error={kpis.error} retry={() => void kpis.refetch()} /> : null}
      {kpis.data && rows.length === 0 ? (
        <p className="t2" style={{ padding: "24px 0" }}>
          No request has been seen in the {range.words}.
        </p>
      ) : (
        <LatencyChart
          label={`Latency of ${component}`}
          path={`/kpis?component=${encodeURIComponent(component)}`}
          rows={rows}
          target={target}
          spans={spans}
          series={[
            { key: "p95", label: "p95", color: 1 },
            { key: "p99", label: "p99", color: 2, dash: "2 2" },
            { key: "p50", label: "p50", color: 3, dash: "5 2" },
          ]}
        />
      )}
      {byRegion.rows.length > 0 ? (
        <>
          <h3 className="hd" style={{ marginTop: 12 }}>
            What users feel <span className="sub">ms, p95 by region</span>
          </h3>
          <LatencyChart
            label="Latency by user region"
            path={`/users/latency?component=${encodeURIComponent(component)}`}
            rows={byRegion.rows}
            target={null}
            spans={spans}
            height={180}
            series={byRegion.regions.map((region, index) => ({
              key: region,
              label: region,
              color: index + 1,
              ...(index === 0 ? {} : { dash: "5 2" }),
            }))}
          />
        </>
      ) : null}
    </section>
  );
}
