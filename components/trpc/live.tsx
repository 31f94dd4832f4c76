"use client";

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

export interface LiveState {
  readonly connected: boolean;
  readonly lastEventAt: number | null;
}

const LiveContext = createContext<LiveState>({ connected: true, lastEventAt: null });
export const useLive = (): LiveState => useContext(LiveContext);

/** Which lists an event makes old. */
const TOUCHES: Readonly<Record<string, readonly string[]>> = {
  "instance.changed": ["instances", "components", "dataCenters"],
  "component.changed": ["components", "dataCenters", "alerts"],
  "data-center.changed": ["dataCenters", "alerts"],
  "migration.changed": ["migrations", "plans", "components", "instances", "dataCenters"],
  "migration.step": ["migrations"],
  "route.published": ["routing"],
  "plan.changed": ["plans", "components", "alerts", "autoRun"],
  "policy.published": ["policies", "world", "components", "autoRun"],
  "freeze.changed": ["world", "freeze", "autoRun"],
  "auto-run.changed": ["autoRun", "shadow"],
};
const REFRESH_MS = 400;

/** One stream of events for the whole console: the browser resumes it by itself, and what is old is read again, in bursts. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>({ connected: true, lastEventAt: null });
  useEffect(() => {
    const source = new EventSource("/api/v1/events");
    const refresh = createRefresher(queries);
    const take = (event: Event): void => {
      setState({ connected: true, lastEventAt: Date.now() });
      refresh(TOUCHES[event.type] ?? []);
    };
    for (const type of Object.keys(TOUCHES)) source.addEventListener(type, take);
    source.addEventListener("reset", () => void queries.invalidateQueries());
    source.onopen = () => setState((before) => ({ ...before, connected: true }));
    source.onerror = () => setState((before) => ({ ...before, connected: false }));
    return () => source.close();
  }, [queries]);
  return <LiveContext value={state}>{children}</LiveContext>;
}

function createRefresher(queries: QueryClient): (names: readonly string[]) => void {
  const due = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return (names) => {
    for (const name of names) due.add(name);
    timer ??= setTimeout(() => {
      timer = null;
      const old = new Set(due);
      due.clear();
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => old.has((queryKey[0] as string[] | undefined)?.[0] ?? ""),
      });
    }, REFRESH_MS);
  };
}
