"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "../trpc/client.ts";

const HALF_MINUTE_MS = 30_000;
const halfMinute = (): number => Math.floor(Date.now() / HALF_MINUTE_MS) * HALF_MINUTE_MS;

/** Some minutes ago, to the half minute, so that most draws ask the same question. */
export function useSince(minutes: number): string {
  const [now, setNow] = useState(halfMinute);
  useEffect(() => {
    const timer = setInterval(() => setNow(halfMinute()), HALF_MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return new Date(now - minutes * 60_000).toISOString();
}

const TEN_MINUTES_MS = 600_000;

/** The moment by which it is night: in the lab users wake and sleep by its clock, elsewhere by the real one. To ten minutes. */
export function useNightClock(): number {
  const minute = useMinute();
  const labClock = useQuery(useTRPC().world.overview.queryOptions()).data?.labClock ?? null;
  return Math.floor((labClock === null ? minute : Date.parse(labClock)) / TEN_MINUTES_MS) * TEN_MINUTES_MS;
}

function useMinute(): number {
  const [minute, setMinute] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setMinute(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return minute;
}
