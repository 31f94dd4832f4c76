"use client";

import { useQuery } from "@tanstack/react-query";
import type { PastWorldDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { questionMoment } from "./replay.ts";
import { useViewTime } from "./view-time.tsx";

/** What ran where at the moment that is looked at; null while it is now. */
export function usePastWorld(): { readonly isPast: boolean; readonly world: PastWorldDto | null; readonly error: Error | null } {
  const { at, speed } = useViewTime();
  const trpc = useTRPC();
  const moment = new Date(at === null ? 0 : questionMoment(at, speed)).toISOString();
  const past = useQuery({
    ...trpc.history.at.queryOptions({ at: moment }),
    enabled: at !== null,
    // What is over does not change.
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    placeholderData: (before) => before,
  });
  return {
    isPast: at !== null,
    world: at === null ? null : (past.data ?? null),
    error: at === null ? null : asError(past.error),
  };
}

const asError = (error: { message: string } | null): Error | null => (error === null ? null : new Error(error.message));
