"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { hasEnded } from "../migrations-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { number, timeOfDay } from "../ui/format.ts";
import { useZone } from "../ui/preferences.ts";
import { Link } from "../ui/link.tsx";
import { worldSeries, type Sample } from "./kpi-prepare.ts";
import { axisMax, runsOf, STEP_S, timelineOf, WINDOW_MAX_MS, type Timeline } from "./scrubber-prepare.ts";

const HEIGHT = 46;

/** Up to the last six hours: when something moved, and how much was asked. Only what was measured. */
export function Scrubber({ migrations }: { migrations: readonly MigrationDto[] }) {
  useZone();
  const [now, setNow] = useState(() => Math.floor(Date.now() / 10_000) * 10_000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 10_000) * 10_000), 10_000);
    return () => clearInterval(timer);
  }, []);
  const asked = Math.floor((now - WINDOW_MAX_MS) / 60_000) * 60_000;
  const latency = useQuery({
    ...useTRPC().users.latency.queryOptions({ from: new Date(asked).toISOString(), step: STEP_S, regions: false }),
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
  // The newest minute is still filling: it would look like a fall.
  const samples = (latency.data ? worldSeries(latency.data) : []).filter((sample) => sample.at + STEP_S * 1_000 <= now);
  const timeline = timelineOf(now, samples, migrations);
  return (
    <section className="scrubber" style={{ gridColumn: 1 }} aria-label="Moves and requests over time">
      <div className="row" style={{ height: 22 }}>
        <span className="f12 t2 lane">Moves</span>
        <div className="grow" style={{ position: "relative", height: 14 }}>
          {migrations.map((migration) => (
            <MoveMark key={migration.id} migration={migration} timeline={timeline} now={now} />
          ))}
        </div>
      </div>
      <Demand samples={samples} timeline={timeline} />
      <div style={{ position: "relative", height: 18, marginLeft: 64 }} className="f11 t3">
        {timeline.ticks.map((tick) => (
          <span key={tick} style={{ position: "absolute", left: at(timeline, tick), transform: "translateX(-50%)" }}>
            {timeOfDay(tick)}
          </span>
        ))}
        <span className="s" style={{ position: "absolute", right: 0, color: "var(--text)" }}>
          now
        </span>
      </div>
    </section>
  );
}

const share = ({ fromMs, spanMs }: Timeline, time: number): number => ((time - fromMs) / spanMs) * 100;
const at = (timeline: Timeline, time: number): string => `${share(timeline, time)}%`;

function MoveMark({ migration, timeline, now }: { migration: MigrationDto; timeline: Timeline; now: number }) {
  const left = share(timeline, Date.parse(migration.createdAt));
  if (left < 0) return null;
  const end = migration.endedAt === null ? now : Date.parse(migration.endedAt);
  const what = `${migration.component} to ${migration.to}, ${migration.state}`;
  const ended = hasEnded(migration);
  return (
    <Link
      href={`/migrations/${migration.id}`}
      className="movemark"
      aria-label={what}
      title={what}
      style={{
        left: `${Math.min(left, 99.2)}%`,
        width: `${Math.max(0, share(timeline, end) - left)}%`,
        background: ended ? "var(--neutral)" : "var(--live)",
      }}
    />
  );
}

/** Requests a second as a line with its area, on an axis that begins at zero. */
function Demand({ samples, timeline }: { samples: readonly Sample[]; timeline: Timeline }) {
  const max = axisMax(samples.map((sample) => sample.requestsPerSecond));
  const point = (sample: Sample): string =>
    `${(share(timeline, sample.at + STEP_S * 500) * 10).toFixed(1)},${(HEIGHT * (1 - sample.requestsPerSecond / max)).toFixed(1)}`;
  const x = (sample: Sample | undefined): string => point(sample ?? samples[0] ?? NOTHING).split(",")[0] ?? "0";
  return (
    <div className="row" style={{ height: HEIGHT + 8, alignItems: "start" }}>
      <div className="f12 t2 lane col sb" style={{ height: HEIGHT }}>
        <span>
          Req/s <span className="t3 f11">{number(max)}</span>
        </span>
        <span className="t3 f11" style={{ textAlign: "right", paddingRight: 8 }}>
          0
        </span>
      </div>
      <svg
        className="grow"
        viewBox={`0 0 1000 ${HEIGHT}`}
        preserveAspectRatio="none"
        height={HEIGHT}
        style={{ borderTop: "1px solid var(--chart-grid)", borderBottom: "1px solid var(--border)", overflow: "visible" }}
        role="img"
        aria-label={`Requests a second, at most ${number(Math.max(0, ...samples.map((sample) => sample.requestsPerSecond)))}`}
      >
        {runsOf(samples).map((run) => (
          <g key={run[0]?.at}>
            <polygon
              points={`${x(run[0])},${HEIGHT} ${run.map(point).join(" ")} ${x(run.at(-1))},${HEIGHT}`}
              fill="var(--text-2)"
              opacity="0.1"
            />
            <polyline
              points={linePoints(run, point)}
              fill="none"
              stroke="var(--text-2)"
              strokeWidth="1.5"
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        ))}
      </svg>
    </div>
  );
}

/** One sample alone is a short line: a point of no length would not be seen. */
function linePoints(run: readonly Sample[], point: (sample: Sample) => string): string {
  const [only] = run;
  if (run.length > 1 || !only) return run.map(point).join(" ");
  return [-SHORT_LINE_MS, SHORT_LINE_MS].map((shift) => point({ ...only, at: only.at + shift })).join(" ");
}

const SHORT_LINE_MS = 8_000;
const NOTHING: Sample = { at: 0, requestsPerSecond: 0, errorRate: null, p50: null, p95: null };
