"use client";

import { parseAsInteger, parseAsIsoDateTime, throttle, useQueryStates } from "nuqs";
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { floorTo, SPEEDS, stepReplay, type Speed } from "./replay.ts";

/** The moment that the console shows: now, or one that is over. */
export interface ViewTime {
  /** Null: live. In ms since 1970. */
  readonly at: number | null;
  /** How fast a replay runs; null while it stands still. */
  readonly speed: Speed | null;
  readonly go: (at: number) => void;
  /** Replays from the moment that is shown, or from the one that is given. */
  readonly play: (speed: Speed, from?: number) => void;
  readonly pause: () => void;
  readonly live: () => void;
}

const LIVE: ViewTime = { at: null, speed: null, go: nothing, play: nothing, pause: nothing, live: nothing };
const ViewTimeContext = createContext<ViewTime>(LIVE);
export const useViewTime = (): ViewTime => useContext(ViewTimeContext);

function nothing(): void {
  // Outside of the console's frame there is only now.
}

const TICK_MS = 500;

/** Kept in the address, the running replay's speed, too: who gets the link sees the same, going on from the same moment. */
export function ViewTimeProvider({ children }: { children: ReactNode }) {
  const [{ time, replay }, set] = useQueryStates(
    { time: parseAsIsoDateTime, replay: parseAsInteger },
    { history: "replace", limitUrlUpdates: throttle(1_000) },
  );
  const [moment, setMoment] = useState<number | null>(null);
  const speed = SPEEDS.find((one) => one === replay) ?? null;
  const given = time?.getTime() ?? null;
  // While it runs, the moment is this page's own; the address follows at a distance.
  const at = given === null ? null : speed === null ? given : (moment ?? given);
  const latest = useRef(at);
  useEffect(() => {
    latest.current = at;
  });
  useEffect(() => {
    if (speed === null || latest.current === null) return;
    const timer = setInterval(() => {
      const next = stepReplay(latest.current ?? Date.now(), { speed, elapsedMs: TICK_MS, nowMs: Date.now() });
      setMoment(next);
      void set(next === null ? { time: null, replay: null } : { time: new Date(next) });
    }, TICK_MS);
    return () => {
      clearInterval(timer);
      setMoment(null);
    };
  }, [speed, set]);
  const value = useMemo<ViewTime>(
    () => ({
      at,
      speed,
      go: (to) => {
        setMoment(null);
        void set({ time: new Date(floorTo(Math.min(to, Date.now()), 1_000)), replay: null });
      },
      // Moment and speed go into the address together: a second call would still know the moment from before the first.
      play: (next, from = at ?? Date.now()) => {
        setMoment(null);
        void set({ time: new Date(from), replay: next });
      },
      pause: () => void set({ time: at === null ? null : new Date(at), replay: null }),
      live: () => {
        setMoment(null);
        void set({ time: null, replay: null });
      },
    }),
    [at, speed, set],
  );
  return <ViewTimeContext value={value}>{children}</ViewTimeContext>;
}
