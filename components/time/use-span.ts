"use client";

import { useNow } from "../ui/parts.tsx";
import { floorTo, questionMoment } from "./replay.ts";
import { useViewTime } from "./view-time.tsx";

const HALF_MINUTE_MS = 30_000;

export interface Span {
  readonly from: string;
  /** Absent: until now. */
  readonly to?: string;
}

/** The last minutes before the moment that is looked at. Live, to the half minute, so that most draws ask the same question. */
export function useSpan(minutes: number): Span {
  const { at, speed } = useViewTime();
  const now = floorTo(useNow(HALF_MINUTE_MS), HALF_MINUTE_MS);
  const end = at === null ? now : questionMoment(at, speed);
  const from = new Date(end - minutes * 60_000).toISOString();
  return at === null ? { from } : { from, to: new Date(end).toISOString() };
}
