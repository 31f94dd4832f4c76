"use client";

import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { number, timeToSecond } from "../ui/format.ts";
import { useZone } from "../ui/preferences.ts";
import { zoneWord } from "../ui/zone.ts";
import type { ChartRow } from "./prepare.ts";
import { ExportMenu } from "../ui/export-menu.tsx";

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  /** 1..6. */
  readonly color: number;
  readonly dash?: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** In the colour of what is going on, rather than of what was. */
  readonly live?: boolean;
}

/** A time axis of the caller's own, where the wall clock says less than the distance to a moment. */
export interface TimeAxis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly format: (at: number) => string;
}

const tick = { fontSize: 11, fill: "var(--chart-axis)" };
const SHORT_MS = 480_000;
const clock = timeToSecond;

/** Figures over time: gaps stay gaps, moves are shaded, and a table says the same. */
export function LatencyChart({
  rows,
  series,
  target,
  spans,
  height = 220,
  axis,
  label,
  unit = "ms",
  targetWord = "target",
  path,
}: {
  rows: readonly ChartRow[];
  series: readonly ChartSeries[];
  target: number | null;
  spans: readonly Span[];
  height?: number;
  axis?: TimeAxis;
  label: string;
  /** Behind each figure. */
  unit?: string;
  /** What the dashed line is. */
  targetWord?: string;
  /** Of the API's answer that it was drawn from. */
  path?: string;
}) {
  useZone();
  const last = rows.at(-1);
  // Minutes would stand twice on an axis that is only a few of them long.
  const isShort = (last?.at ?? 0) - (rows[0]?.at ?? 0) < SHORT_MS;
  return (
    <figure aria-label={label}>
      <div className="row g12 f12 t2" style={{ justifyContent: "end", flexWrap: "wrap" }}>
        {series.map(({ key, label: name, color, dash }) => (
          <span key={key} className="row g6">
            <svg width="18" height="6" aria-hidden="true">
              <line x1="0" x2="18" y1="3" y2="3" stroke={`var(--s${color})`} strokeWidth="2" strokeDasharray={dash ?? "none"} />
            </svg>
            {name}
          </span>
        ))}
        <ExportMenu
          name={label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}
          rows={rows.map(({ at, ...figures }) => ({ at: new Date(at).toISOString(), ...figures }))}
          {...(path === undefined ? {} : { path })}
        />
      </div>
      <ResponsiveContainer width="100%" height={height}>
        <LineChart data={[...rows]} margin={{ top: 8, right: 22, bottom: 0, left: -18 }} syncId="latency">
          <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            domain={axis ? [axis.from, axis.to] : ["dataMin", "dataMax"]}
            {...(axis ? { ticks: [...axis.ticks], interval: 0, allowDataOverflow: true } : { minTickGap: 48 })}
            tickFormatter={axis?.format ?? ((at: number) => (isShort ? clock(at) : clock(at).slice(0, 5)))}
            tick={tick}
            tickLine={false}
            axisLine={false}
          />
          <YAxis tick={tick} tickLine={false} axisLine={false} domain={[0, "auto"]} />
          {spans.map((span) => (
            <ReferenceArea
              key={span.label}
              x1={span.from}
              x2={span.to}
              fill={span.live === true ? "var(--live)" : "var(--neutral)"}
              fillOpacity={span.live === true ? 0.5 : 0.18}
              ifOverflow="hidden"
            />
          ))}
          {target === null ? null : (
            <ReferenceLine
              y={target}
              stroke="var(--text-2)"
              strokeDasharray="4 3"
              label={{
                value: `${targetWord} ${number(target)}`,
                position: "insideBottomRight",
                fontSize: 11,
                fill: "var(--text-2)",
              }}
            />
          )}
          <Tooltip
            isAnimationActive={false}
            contentStyle={{
              background: "var(--surface-1)",
              border: "1px solid var(--border-strong)",
              borderRadius: 8,
              fontSize: 12,
            }}
            labelFormatter={(at) => `${clock(Number(at))} ${zoneWord()}`}
            formatter={(value) => (typeof value === "number" ? `${number(value)} ${unit}` : "–")}
          />
          {series.map(({ key, label: name, color, dash }, index) => (
            <Line
              key={key}
              dataKey={key}
              name={name}
              stroke={`var(--s${color})`}
              strokeWidth={index === 0 ? 2 : 1.75}
              {...(dash === undefined ? {} : { strokeDasharray: dash })}
              dot={false}
              isAnimationActive={false}
              connectNulls={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
      <figcaption className="sr">
        {label}. Last: {series.map(({ key, label: name }) => `${name} ${number(last?.[key])} ${unit}`).join(", ")}
      </figcaption>
    </figure>
  );
}
