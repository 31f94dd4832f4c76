"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { floorTo, questionMoment } from "../time/replay.ts";
import { useViewTime } from "../time/view-time.tsx";
import { useTRPC } from "../trpc/client.ts";
import { useExport } from "../ui/export-menu.tsx";
import { number, percent } from "../ui/format.ts";
import { useNow } from "../ui/parts.tsx";
import { useRange } from "../ui/range.tsx";
import { lastMinuteOf, sampleRows, tileOf, worldSeries, type Tile } from "./kpi-prepare.ts";

const STEP_MS = 10_000;
const STEPS_MAX = 90;

/** Six figures over the time that is looked at, each with its course; of what is over, only what is kept. */
export function KpiStrip() {
  const trpc = useTRPC();
  const [range] = useRange();
  const { at, speed } = useViewTime();
  const now = floorTo(useNow(STEP_MS), STEP_MS);
  const end = at === null ? now : questionMoment(at, speed);
  const to = at === null ? {} : { to: new Date(end).toISOString() };
  const step = Math.max(10, Math.ceil((range.minutes * 60) / STEPS_MAX / 10) * 10);
  const latency = useQuery({
    ...trpc.users.latency.queryOptions({
      from: new Date(end - range.minutes * 60_000).toISOString(),
      ...to,
      step,
      regions: false,
    }),
    placeholderData: (before) => before,
  });
  const minute = useQuery({
    ...trpc.kpis.lastMinute.queryOptions(to.to === undefined ? {} : { at: to.to }),
    refetchInterval: STEP_MS,
    placeholderData: (before) => before,
  }).data;
  const costNow = useQuery(trpc.world.overview.queryOptions()).data?.costPerHour ?? null;
  const instances = useQuery(trpc.instances.list.queryOptions()).data;
  const cost = at === null ? costNow : null;
  const course = {
    samples: latency.data ? worldSeries(latency.data).slice(0, -1) : [],
    lastMinute: latency.data ? lastMinuteOf(latency.data) : null,
  };
  useExport({ name: "kpis", rows: sampleRows(course.samples), path: "/users/latency" });
  const errorRate = course.lastMinute?.errorRate ?? null;
  const ready = instances?.filter((instance) => instance.state === "ready").length;
  return (
    <section className="kpis" aria-label={range.minutes === 15 ? "Last 15 minutes" : `L${range.words.slice(1)}`}>
      <KpiTile tile={tileOf("User p50", course, (sample) => sample.p50)} unit="ms" />
      <KpiTile tile={tileOf("User p95", course, (sample) => sample.p95)} unit="ms" />
      <PlainTile
        label="Users in target"
        value={minute === undefined || minute.usersInTargetShare === null ? "–" : number(minute.usersInTargetShare * 100)}
        unit="% last min"
      />
      <KpiTile
        tile={tileOf("Requests", course, (sample) => sample.requestsPerSecond)}
        unit="/s"
        neutral
        beside={
          errorRate === null ? null : <span className={errorRate > 0 ? "f12 worse" : "f12 t3"}>{percent(errorRate)} errors</span>
        }
      />
      <PlainTile
        label="Cost of instances"
        value={cost === null ? "–" : number(cost.amount)}
        unit={cost === null ? (at === null ? "" : "live only") : `${cost.currency === "USD" ? "$" : cost.currency}/h`}
      />
      {at === null ? (
        <PlainTile label="Instances ready" value={String(ready ?? "–")} unit={`of ${instances?.length ?? "–"}`} />
      ) : (
        <PlainTile label="Instances ready" value="–" unit="live only" />
      )}
    </section>
  );
}

function PlainTile({ label, value, unit }: { label: string; value: string; unit: string }) {
  return (
    <div className="kpi">
      <div className="f12 t2">{label}</div>
      <div className="row g6" style={{ alignItems: "baseline" }}>
        <span className="v">{value}</span> <span className="f12 t3">{unit}</span>
      </div>
    </div>
  );
}

function KpiTile({
  tile,
  unit,
  neutral = false,
  show = number,
  beside = null,
}: {
  tile: Tile;
  unit: string;
  neutral?: boolean;
  show?: (value: number | null) => string;
  /** Takes the place of the change. */
  beside?: ReactNode;
}) {
  const { change } = tile;
  const moved = change !== null && Math.abs(change) >= 0.01;
  const tone = neutral || !moved ? "t2" : change > 0 ? "worse" : "better";
  return (
    <div className="kpi">
      <div className="f12 t2">{tile.label}</div>
      <div className="row g6" style={{ alignItems: "baseline" }}>
        <span className="v">{show(tile.value)}</span> <span className="f12 t3">{unit}</span> {beside}
        {beside === null && moved ? (
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
      <polygon points={`0,18 ${path} 48,18`} fill={tone} opacity="0.14" />
      <polyline points={path} fill="none" stroke={tone} strokeWidth="1.4" />
    </svg>
  );
}
