"use client";

import { IconHistory, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { SPEEDS, type Speed } from "../time/replay.ts";
import { momentInWords, momentOf } from "../time/words.ts";
import { useViewTime, type ViewTime } from "../time/view-time.tsx";
import { useLive } from "../trpc/live.tsx";
import { timeToSecond } from "../ui/format.ts";
import { useZone } from "../ui/preferences.ts";
import { zoneWord } from "../ui/zone.ts";
import { useKeys } from "../ui/keys.ts";
import { Menu, MenuItems } from "../ui/menu.tsx";
import { Options } from "../ui/options.tsx";
import { useNow } from "../ui/parts.tsx";
import { RANGE_NAMES, useRange, type RangeName } from "../ui/range.tsx";
import { Glyph } from "../ui/status.tsx";
import { toggleZone } from "./session-actions.ts";
import { useLabClock } from "../world-map/use-time.ts";

const MINUTE_MS = 60_000;
/** From live, a replay begins this long ago. */
const REPLAY_MS = 15 * MINUTE_MS;
const AGO = [
  [5, "5 min ago"],
  [15, "15 min ago"],
  [60, "1 h ago"],
  [360, "6 h ago"],
  [1_440, "24 h ago"],
] as const;

/** One control for time: live or a moment that is over, how far back the figures go, the clock. */
export function TimeBar() {
  const time = useViewTime();
  useZone();
  const [range, setRange] = useRange();
  useKeys({
    ",": () => (time.speed === null ? replay(time) : time.pause()),
  });
  return (
    <div className={time.at === null ? "timebar" : "timebar past"} role="group" aria-label="Time that is shown">
      {time.at === null ? <LiveState /> : <PastState time={time} at={time.at} />}
      <label className="sr" htmlFor="range">
        How far back
      </label>
      <select id="range" className="pick" value={range.name} onChange={(event) => setRange(event.target.value as RangeName)}>
        <Options of={RANGE_NAMES} />
      </select>
      <Menu
        label="Go to a moment, or replay"
        className="ctl ghost icon"
        button={<IconHistory size={16} stroke={1.6} aria-hidden="true" />}
      >
        {(close) => <MomentMenu time={time} close={close} />}
      </Menu>
    </div>
  );
}

function replay({ at, play }: ViewTime): void {
  play(60, at ?? Date.now() - REPLAY_MS);
}

function LiveState() {
  const { connected, lastEventAt } = useLive();
  const now = useNow();
  const age = lastEventAt === null ? null : Math.round((now - lastEventAt) / 1000);
  return (
    <span className="row g6" role="status" aria-live="off">
      <Glyph meaning={connected ? "ok" : "warn"} />
      {connected ? "Live" : `${age ?? "?"} s old, connecting again`}
      <button
        type="button"
        className="mono t2 clock"
        onClick={toggleZone}
        title="Times in UTC or local (U)"
        suppressHydrationWarning
      >
        {timeToSecond(now)} {zoneWord()}
      </button>
      <DayClock />
    </span>
  );
}

function PastState({ time, at }: { time: ViewTime; at: number }) {
  const now = useNow();
  return (
    <>
      <button
        type="button"
        className="ctl ghost icon"
        aria-label={time.speed === null ? "Replay from here" : "Hold the replay"}
        onClick={() => (time.speed === null ? time.play(60) : time.pause())}
      >
        {time.speed === null ? (
          <IconPlayerPlay size={15} stroke={1.6} aria-hidden="true" />
        ) : (
          <IconPlayerPause size={15} stroke={1.6} aria-hidden="true" />
        )}
      </button>
      <span className="row g6">
        <span className="mono" suppressHydrationWarning>
          {momentInWords(at, now)}
        </span>
        <DayClock />
      </span>
      {time.speed === null ? null : (
        <>
          <label className="sr" htmlFor="speed">
            Speed of the replay
          </label>
          <select
            id="speed"
            className="pick"
            value={time.speed}
            onChange={(event) => time.play(Number(event.target.value) as Speed)}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={speed}>
                {speed} ×
              </option>
            ))}
          </select>
        </>
      )}
      <button type="button" className="ctl" onClick={time.live}>
        Back to live
      </button>
    </>
  );
}

function DayClock() {
  const clock = useLabClock();
  return clock === null ? null : (
    <span className="t3 clock" title="The lab's clock of the day: users wake and sleep by it" suppressHydrationWarning>
      day {new Date(clock).toISOString().slice(11, 16)}
    </span>
  );
}

function MomentMenu({ time, close }: { time: ViewTime; close: () => void }) {
  const [text, setText] = useState("");
  const moment = momentOf(text);
  const isOver = moment !== null && moment <= Date.now();
  return (
    <>
      <MenuItems
        close={close}
        items={[
          ...AGO.map(([minutes, words]) => [words, () => time.go(Date.now() - minutes * MINUTE_MS)] as const),
          [`Replay ${time.at === null ? "the last 15 min" : "from here"} at 60 ×`, () => replay(time)],
        ]}
      />
      <form
        className="row g6"
        style={{ padding: "6px 10px" }}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isOver) return;
          time.go(moment);
          close();
        }}
      >
        <label className="sr" htmlFor="moment">
          Moment, UTC
        </label>
        <input id="moment" type="datetime-local" step="1" value={text} onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="ctl" disabled={!isOver} title={isOver ? undefined : "A time that is over, UTC"}>
          Go
        </button>
      </form>
    </>
  );
}
