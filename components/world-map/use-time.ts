"use client";

import { useQuery } from "@tanstack/react-query";
import { labClockAsOf } from "../time/as-of.ts";
import { floorTo } from "../time/replay.ts";
import { useViewTime } from "../time/view-time.tsx";
import { useTRPC } from "../trpc/client.ts";
import { useNow } from "../ui/parts.tsx";

const TEN_MINUTES_MS = 600_000;

/** The moment by which it is night: in the lab users wake and sleep by its clock, elsewhere by the real one. To ten minutes. */
export function useNightClock(): number {
  const minute = useNow(60_000);
  const { at } = useViewTime();
  const labClock = useLabClock();
  return floorTo(labClock ?? at ?? minute, TEN_MINUTES_MS);
}

/** The lab's clock at the moment that is looked at; null outside the lab. */
export function useLabClock(): number | null {
  const { at } = useViewTime();
  const overview = useQuery(useTRPC().world.overview.queryOptions());
  const { labClock = null, labSpeed = null } = overview.data ?? {};
  if (labClock === null) return null;
  return at === null || labSpeed === null
    ? Date.parse(labClock)
    : labClockAsOf(labClock, labSpeed, { now: overview.dataUpdatedAt, at });
}
