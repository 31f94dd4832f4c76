"use client";

import { useQuery } from "@tanstack/react-query";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { hasEnded } from "../migrations-page/prepare.ts";
import { floorTo } from "../time/replay.ts";
import { useViewTime } from "../time/view-time.tsx";
import { momentInWords } from "../time/words.ts";
import { useTRPC } from "../trpc/client.ts";
import { useExport } from "../ui/export-menu.tsx";
import { number, timeOfDay } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { useNow } from "../ui/parts.tsx";
import { sampleRows, worldSeries, type Sample } from "./kpi-prepare.ts";
import {
  axisMax,
  DAY_MS,
  DAY_STEP_S,
  HOURS_MS,
  momentByKey,
  runsOf,
  STEP_S,
  timelineOf,
  type Timeline,
} from "./scrubber-prepare.ts";

const HEIGHT = 46;
const TICK_MS = 10_000;

/** Up to the last day: when something moved, how much was asked, and the moment that is looked at. Only what was measured. */
export function Scrubber({ migrations }: { migrations: readonly MigrationDto[] }) {
  const { at: moment } = useViewTime();
  const { now, samples, stepS } = useDemand();
  const timeline = timelineOf(now, { samples: samples.all, migrations, at: moment });
  useExport({ name: "requests-over-time", rows: sampleRows(samples.all), path: "/users/latency" });
  const isDay = timeline.spanMs > HOURS_MS;
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
      <div style={{ position: "relative" }}>
        <Demand samples={isDay ? samples.day : samples.hours} timeline={timeline} stepS={isDay ? stepS.day : stepS.hours} />
        <MomentSlider timeline={timeline} now={now} />
      </div>
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

/** Requests over the last hours, minute by minute, and over the last day, more coarsely. */
function useDemand() {
  const trpc = useTRPC();
  const now = floorTo(useNow(TICK_MS), TICK_MS);
  const question = (spanMs: number, step: number) => ({
    ...trpc.users.latency.queryOptions({
      from: new Date(floorTo(now - spanMs, step * 1_000)).toISOString(),
      step,
      regions: false,
    }),
    placeholderData: <T,>(before: T) => before,
    staleTime: 30_000,
  });
  const hours = useQuery(question(HOURS_MS, STEP_S)).data;
  const day = useQuery(question(DAY_MS, DAY_STEP_S)).data;
  // The newest step is still filling: it would look like a fall.
  const seen = (data: typeof hours, stepS: number): readonly Sample[] =>
    (data ? worldSeries(data) : []).filter((sample) => sample.at + stepS * 1_000 <= now);
  const samples = { hours: seen(hours, STEP_S), day: seen(day, DAY_STEP_S) };
  const isOlder = (samples.day[0]?.at ?? now) < now - HOURS_MS;
  return {
    now,
    samples: { ...samples, all: isOlder ? samples.day : samples.hours },
    stepS: { hours: STEP_S, day: DAY_STEP_S },
  };
}

/** Over the lanes: a press or a key goes to a moment, the right end is live. */
function MomentSlider({ timeline, now }: { timeline: Timeline; now: number }) {
  const time = useViewTime();
  const shown = time.at ?? now;
  const goTo = (to: number | "live"): void => (to === "live" || to >= now ? time.live() : time.go(to));
  const goAt = (event: React.PointerEvent<HTMLDivElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    goTo(timeline.fromMs + (timeline.spanMs * (event.clientX - left)) / Math.max(1, width));
  };
  return (
    <div
      className="momentslider"
      role="slider"
      tabIndex={0}
      aria-label="Moment that is shown"
      aria-valuemin={timeline.fromMs}
      aria-valuemax={now}
      aria-valuenow={shown}
      aria-valuetext={time.at === null ? "Live" : momentInWords(time.at, now)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goAt(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && goAt(event)}
      onKeyDown={(event) => {
        const to = momentByKey(event.key, { at: time.at, now, timeline });
        if (to === null) return;
        event.preventDefault();
        goTo(to);
      }}
    >
      {time.at === null ? null : <span className="moment" style={{ left: at(timeline, time.at) }} />}
    </div>
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
function Demand({ samples, timeline, stepS }: { samples: readonly Sample[]; timeline: Timeline; stepS: number }) {
  const max = axisMax(samples.map((sample) => sample.requestsPerSecond));
  const point = (sample: Sample): string =>
    `${(share(timeline, sample.at + stepS * 500) * 10).toFixed(1)},${(HEIGHT * (1 - sample.requestsPerSecond / max)).toFixed(1)}`;
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
        {runsOf(samples, stepS).map((run) => (
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
