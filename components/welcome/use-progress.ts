"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { useTRPC } from "../trpc/client.ts";
import { NOTHING, noteProgress, readProgress, subscribe, type Progress } from "./kept.ts";

export const useProgress = (user: string): Progress =>
  useSyncExternalStore(
    subscribe,
    () => readProgress(user),
    () => NOTHING,
  );

export const useUserName = (): string | null => useQuery(useTRPC().world.overview.queryOptions()).data?.user.name ?? null;

/** Notes what a page's visit tells: a plan was opened, a weight of the policy was moved. */
export function useWelcomeNotes(path: string): void {
  const user = useUserName();
  useEffect(() => {
    if (user === null) return undefined;
    if (/^\/plans\/.+/.test(path)) noteProgress(user, { planOpened: true });
    if (path !== "/policy") return undefined;
    const onInput = (event: Event): void => {
      const { type } = event.target as HTMLInputElement;
      if (type === "range" || type === "number") noteProgress(user, { weightMoved: true });
    };
    document.addEventListener("input", onInput);
    return () => document.removeEventListener("input", onInput);
  }, [path, user]);
}
