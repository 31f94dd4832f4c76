"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { hasEnded } from "../migrations-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { number } from "../ui/format.ts";
import { worldSeries } from "./kpi-prepare.ts";

const WINDOW_MAX_MS = 6 * 3_600_000;
/** A world that has just begun is not drawn as hours of nothing. */
const MINUTE_MS = 60_000;
const WINDOWS: readonly { readonly spanMs: number; readonly tickMs: number }[] = [
  { spanMs: 15 * MINUTE_MS, tickMs: 3 * MINUTE_MS },
  { spanMs: 30 * MINUTE_MS, tickMs: 5 * MINUTE_MS },
  { spanMs: 60 * MINUTE_MS, tickMs: 10 * MINUTE_MS },
  { spanMs: 180 * MINUTE_MS, tickMs: 30 * MINUTE_MS },
  { spanMs: WINDOW_MAX_MS, tickMs: 60 * MINUTE_MS },
];
const STEP_S = 60;
const HEIGHT = 44;

/** Up to the last six hours: when something moved, and how much was asked. Only what was measured. */
export function Scrubber({ migrations }: { migrations: readonly MigrationDto[] }) {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 60_000) * 60_000), 10_000);
    return () => clearInterval(timer);
  }, []);
  const asked = now - WINDOW_MAX_MS;
  const latency = useQuery({
    ...useTRPC().users.latency.queryOptions({ from: new Date(asked).toISOString(), step: STEP_S, regions: false }),
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
  const samples = latency.data ? worldSeries(latency.data) : [];
  const first = Math.min(now, samples[0]?.at ?? now, ...migrations.map(({ createdAt }) => Date.parse(createdAt)));
  const { spanMs: windowMs, tickMs } = WINDOWS.find(({ spanMs }) => first >= now - spanMs) ?? {
    spanMs: WINDOW_MAX_MS,
    tickMs: 60 * MINUTE_MS,
  };
  const from = now - windowMs;
  const max = Math.max(1, ...samples.map((sample) => sample.requestsPerSecond));
  const x = (at: number): number => ((at - from) / windowMs) * 100;
  const bars = samples.map((sample) => ({
    at: sample.at,
    left: x(sample.at),
    height: (sample.requestsPerSecond / max) * HEIGHT,
  }));
  const ticks = Array.from(
    { length: Math.ceil(windowMs / tickMs) },
    (_, index) => Math.ceil(from / tickMs) * tickMs + index * tickMs,
  ).filter((at) => x(at) < 96);
  return (
    <section className="scrubber" style={{ gridColumn: 1 }} aria-label="Moves and requests over time">
      <div className="row" style={{ height: 20 }}>
        <span className="f12 t2" style={{ width: 56 }}>
          Moves
        </span>
        <div className="grow" style={{ position: "relative", height: 14 }}>
          {migrations.map((migration) => {
            const left = x(Date.parse(migration.createdAt));
            if (left < 0) return null;
            const width = Math.max(0.5, x(migration.endedAt === null ? Date.now() : Date.parse(migration.endedAt)) - left);
            return (
              <a
                key={migration.id}
                href={`/migrations/${migration.id}`}
                aria-label={`${migration.component} to ${migration.to}, ${migration.state}`}
                title={`${migration.component} to ${migration.to}, ${migration.state}`}
                style={{
                  position: "absolute",
                  left: `${left}%`,
                  width: `${width}%`,
                  minWidth: 8,
                  height: 12,
                  borderRadius: 3,
                  background: hasEnded(migration) ? "var(--neutral)" : "var(--live)",
                }}
              />
            );
          })}
        </div>
      </div>
      <div className="row" style={{ height: HEIGHT + 6 }}>
        <span className="f12 t2" style={{ width: 56, alignSelf: "start" }}>
          Req/s
          <br />
          <span className="t3 f11">{number(max)}</span>
        </span>
        <div
          className="grow"
          style={{ position: "relative", height: HEIGHT, borderBottom: "1px solid var(--border)", overflow: "hidden" }}
          role="img"
          aria-label={`Requests a second, at most ${number(max)}`}
        >
          {bars.map((bar) => (
            <span
              key={bar.at}
              style={{
                position: "absolute",
                bottom: 0,
                left: `${bar.left}%`,
                width: `calc(${100 / (windowMs / 1000 / STEP_S)}% - ${windowMs > 60 * MINUTE_MS ? 0 : 1}px)`,
                height: bar.height,
                background: "var(--text-3)",
                opacity: 0.6,
              }}
            />
          ))}
        </div>
      </div>
      <div style={{ position: "relative", height: 18, marginLeft: 56 }} className="f11 t3">
        {ticks.map((tick) => (
          <span key={tick} style={{ position: "absolute", left: `${x(tick)}%`, transform: "translateX(-50%)" }}>
            {new Date(tick).toISOString().slice(11, 16)}
          </span>
        ))}
        <span className="s" style={{ position: "absolute", right: 0, color: "var(--text)" }}>
          now
        </span>
      </div>
    </section>
  );
}
