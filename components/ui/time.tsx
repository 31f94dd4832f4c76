"use client";

import { ago, dateAndTime, timeOfDay, timeToSecond } from "./format.ts";
import { useNow } from "./parts.tsx";
import { wallClock } from "./zone.ts";
import { useZone } from "./preferences.ts";

interface TimeProps {
  readonly at: string | null | undefined;
  /** `ago`: how long since; `minute`, `second`: time of day; `full`: with its date. */
  readonly as?: "ago" | "minute" | "second" | "full";
  /** Where nothing is known. */
  readonly none?: string;
}

/** A moment: as words or as a time of day, and in full, in UTC and local, for who points at it. */
export function Time({ at, as = "ago", none = "–" }: TimeProps) {
  useZone();
  if (at === null || at === undefined) return <span className="t3">{none}</span>;
  const title = `${at}\n${wallClock(at, "local")} local time`;
  return (
    <time dateTime={at} title={title} suppressHydrationWarning>
      {as === "ago" ? <Ago at={at} /> : WORDS[as](at)}
    </time>
  );
}

const WORDS = { minute: timeOfDay, second: timeToSecond, full: dateAndTime } as const;

function Ago({ at }: { at: string }) {
  return <>{ago(at, useNow())}</>;
}
