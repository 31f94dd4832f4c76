"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { hasEnded } from "../migrations-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { number, percent } from "../ui/format.ts";
import { lastMinuteOf, tileOf, worldSeries, type Tile } from "./kpi-prepare.ts";

const WINDOW_MS = 900_000;
const STEP_MS = 10_000;

/** Six figures over the last quarter of an hour, each with its course. */
export function KpiStrip() {
  const trpc = useTRPC();
  const [from, setFrom] = useState(() => Math.floor(Date.now() / STEP_MS) * STEP_MS - WINDOW_MS);
  useEffect(() => {
    const timer = setInterval(() => setFrom(Math.floor(Date.now() / STEP_MS) * STEP_MS - WINDOW_MS), STEP_MS);
    return () => clearInterval(timer);
  }, []);
  const latency = useQuery({
    ...trpc.users.latency.queryOptions({ from: new Date(from).toISOString(), step: 10, regions: false }),
    placeholderData: (before) => before,
  });
  const migrations = useQuery(trpc.migrations.list.queryOptions({ limit: 50 }));
  const instances = useQuery(trpc.instances.list.queryOptions());
  const course = {
    samples: latency.data ? worldSeries(latency.data).slice(0, -1) : [],
    lastMinute: latency.data ? lastMinuteOf(latency.data) : null,
  };
  const running = migrations.data?.filter((migration) => !hasEnded(migration)).length;
  const ready = instances.data?.filter((instance) => instance.state === "ready").length;
  return (
    <section className="kpis" aria-label="Last 15 minutes">
      <KpiTile tile={tileOf("User p50", course, (sample) => sample.p50)} unit="ms" />
      <KpiTile tile={tileOf("User p95", course, (sample) => sample.p95)} unit="ms" />
      <KpiTile tile={tileOf("Requests", course, (sample) => sample.requestsPerSecond)} unit="/s" neutral />
      <KpiTile tile={tileOf("Errors", course, (sample) => sample.errorRate)} unit="" show={percent} />
      <div className="kpi">
        <div className="f12 t2">Moves running</div>
        <div className="v">{running ?? "–"}</div>
      </div>
      <div className="kpi">
        <div className="f12 t2">Instances ready</div>
        <div className="v">
          {ready ?? "–"} <span className="f12 t3">of {instances.data?.length ?? "–"}</span>
        </div>
      </div>
    </section>
  );
}

function KpiTile({
  tile,
  unit,
  neutral = false,
  show = number,
}: {
  tile: Tile;
  unit: string;
  neutral?: boolean;
  show?: (value: number | null) => string;
}) {
  const { change } = tile;
  const moved = change !== null && Math.abs(change) >= 0.01;
  const tone = neutral || !moved ? "t2" : change > 0 ? "worse" : "better";
  return (
    <div className="kpi">
      <div className="f12 t2">{tile.label}</div>
      <div className="row g6" style={{ alignItems: "baseline" }}>
        <span className="v">{show(tile.value)}</span>
        <span className="f12 t3">{unit}</span>
        {moved ? (
          <span className={`f12 ${tone}`}>
            {change > 0 ? "+" : "\u2212"}
            {Math.round(Math.abs(change) * 100)} %
          </span>
        ) : null}
      </div>
      <Sparkline points={tile.points} tone={neutral ? "var(--text-3)" : moved && change > 0 ? "var(--worse)" : "var(--better)"} />
    </div>
  );
}

function Sparkline({ points, tone }: { points: readonly number[]; tone: string }) {
  if (points.length < 2) return null;
  const max = Math.max(...points);
  const min = Math.min(...points);
  const y = (value: number): number => 16 - ((value - min) / Math.max(1e-9, max - min)) * 14;
  const path = points
    .map((value, index) => `${((index / (points.length - 1)) * 48).toFixed(1)},${y(value).toFixed(1)}`)
    .join(" ");
  return (
    <svg width="48" height="18" aria-hidden="true">
      <polyline points={path} fill="none" stroke={tone} strokeWidth="1.4" />
    </svg>
  );
}
