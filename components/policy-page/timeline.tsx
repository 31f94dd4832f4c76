"use client";

import { useQuery } from "@tanstack/react-query";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import type { Window } from "./draft.ts";
import { clockWords, DAY, dayOfMoves, segmentsOf, type Segment, type WorldClock } from "./prepare-timeline.ts";

const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24];
const share = (minutes: number): string => `${(minutes / DAY) * 100}%`;

interface TimelineProps {
  readonly windows: readonly Window[];
  readonly published: readonly Window[];
  readonly cooldownMinutes: number;
  readonly maxPerHour: number;
  readonly migrations: readonly MigrationDto[];
  readonly clock: WorldClock;
}

/** One day: when moves may begin by themselves, what rests, what moved. The same in words for those who do not see it. */
export function Timeline({ windows, published, cooldownMinutes, maxPerHour, migrations, clock }: TimelineProps) {
  const at = new Date(clock.world);
  const now = at.getUTCHours() * 60 + at.getUTCMinutes();
  const isDrafted = JSON.stringify(windows) !== JSON.stringify(published);
  const segments = segmentsOf(windows, at);
  const { perHour, coolDowns } = dayOfMoves(migrations, clock, cooldownMinutes);
  const planned = usePlannedMoves();
  const begun = perHour[at.getUTCHours()] ?? 0;
  const highest = Math.max(1, begun + planned, ...perHour);
  return (
    <div className="daylines">
      <p className="sr">
        {segments.map(
          ({ from, to, allowed, reason }) =>
            `${clockWords(from)} to ${clockWords(to)} ${allowed ? "allowed" : "denied"}${reason === "" ? "" : `: ${reason}`}. `,
        )}
        Now {clockWords(now)}. {perHour.reduce((sum, count) => sum + count, 0)} moves today.
        {planned === 0 ? "" : ` ${planned} planned.`}
      </p>
      <div className="daylane" aria-hidden="true">
        <span className="t2 f12">Windows</span>
        <div className="dayrow">
          {segments.map((segment) => (
            <Stretch key={segment.from} segment={segment} isDrafted={isDrafted} />
          ))}
        </div>
      </div>
      <div className="daylane" aria-hidden="true">
        <span className="t2 f12">Cool-down</span>
        <div className="dayrow">
          {coolDowns.map(({ component, from, to }) => (
            <span
              key={component}
              className="cooldown f11"
              style={{ left: share(from), width: share(to - from) }}
              title={`${component} rests until ${clockWords(to)}`}
            >
              {component.split("/").at(-1)}
            </span>
          ))}
        </div>
      </div>
      <div className="daylane" aria-hidden="true">
        <span className="t2 f12">Moves per hour</span>
        <div className="dayrow moves">
          {perHour.map((count, hour) =>
            count === 0 ? null : (
              <span
                key={hour}
                className={count >= maxPerHour ? "hourbar full" : "hourbar"}
                style={{ left: share(hour * 60 + 6), width: share(48), height: `${(count / highest) * 100}%` }}
                title={`${clockWords(hour * 60)}: ${count} of ${maxPerHour}`}
              />
            ),
          )}
          {planned === 0 ? null : (
            <span
              className="hourbar planned"
              style={{
                left: share(at.getUTCHours() * 60 + 6),
                width: share(48),
                bottom: `${(begun / highest) * 100}%`,
                height: `${(planned / highest) * 100}%`,
              }}
              title={`${planned} planned: they begin once they are approved`}
            />
          )}
        </div>
      </div>
      <div className="daylane axis" aria-hidden="true">
        <span />
        <div className="dayrow">
          {HOURS.map((hour) => (
            <span key={hour} className="f11 t3" style={{ left: share(hour * 60) }}>
              {clockWords(hour * 60)}
            </span>
          ))}
        </div>
      </div>
      <div className="daynow" aria-hidden="true">
        <span style={{ left: share(now) }}>
          <b className="f11">{clockWords(now)}</b>
        </span>
      </div>
    </div>
  );
}

/** Moves of the plans that wait for a decision. */
function usePlannedMoves(): number {
  const plans = useQuery(useTRPC().plans.list.queryOptions({ states: ["proposed"], limit: 50 })).data ?? [];
  return plans.reduce((sum, { moves }) => sum + moves.length, 0);
}

function Stretch({ segment: { from, to, allowed, reason }, isDrafted }: { segment: Segment; isDrafted: boolean }) {
  const words = allowed ? "Moves allowed" : reason === "" ? "" : reason;
  return (
    <span
      className={`stretch f11 ${allowed ? "allowed" : "denied"}${isDrafted ? " drafted" : ""}`}
      style={{ left: share(from), width: share(to - from) }}
      title={`${clockWords(from)} to ${clockWords(to)} ${allowed ? "allowed" : "denied"}`}
    >
      {to - from >= 120 ? words : ""}
    </span>
  );
}
