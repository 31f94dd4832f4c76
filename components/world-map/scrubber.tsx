"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { hasEnded } from "../migrations-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { number } from "../ui/format.ts";
import { worldSeries } from "./kpi-prepare.ts";

const WINDOW_MS = 6 * 3_600_000;
const STEP_S = 60;
const HEIGHT = 44;

/** The last six hours: when something moved, and how much was asked. Only what was measured. */
export function Scrubber({ migrations }: { migrations: readonly MigrationDto[] }) {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 60_000) * 60_000), 10_000);
    return () => clearInterval(timer);
  }, []);
  const from = now - WINDOW_MS;
  const latency = useQuery({
    ...useTRPC().users.latency.queryOptions({ from: new Date(from).toISOString(), step: STEP_S }),
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
  const samples = latency.data ? worldSeries(latency.data) : [];
  const max = Math.max(1, ...samples.map((sample) => sample.requestsPerSecond));
  const x = (at: number): number => ((at - from) / WINDOW_MS) * 100;
  const bars = samples.map((sample) => ({
    at: sample.at,
    left: x(sample.at),
    height: (sample.requestsPerSecond / max) * HEIGHT,
  }));
  const hours = Array.from({ length: 6 }, (_, index) => Math.ceil(from / 3_600_000) * 3_600_000 + index * 3_600_000);
  return (
    <section className="scrubber" style={{ gridColumn: 1 }} aria-label="Last six hours: moves and requests">
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
          style={{ position: "relative", height: HEIGHT, borderBottom: "1px solid var(--border)" }}
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
                width: `${100 / (WINDOW_MS / 1000 / STEP_S) + 0.05}%`,
                height: bar.height,
                background: "var(--text-3)",
                opacity: 0.6,
              }}
            />
          ))}
        </div>
      </div>
      <div style={{ position: "relative", height: 18, marginLeft: 56 }} className="f11 t3">
        {hours.map((hour) => (
          <span key={hour} style={{ position: "absolute", left: `${x(hour)}%`, transform: "translateX(-50%)" }}>
            {new Date(hour).toISOString().slice(11, 16)}
          </span>
        ))}
        <span className="s" style={{ position: "absolute", right: 0, color: "var(--text)" }}>
          now
        </span>
      </div>
    </section>
  );
}
