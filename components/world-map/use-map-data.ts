"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { hasEnded } from "../migrations-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { planLines } from "./plan-lines.ts";
import { linkLines, moveLines } from "./prepare-lines.ts";
import { NO_DENSITY, nightRings, placePoints, userHexes } from "./prepare.ts";
import { useNightClock, useSince } from "./use-time.ts";

export interface MapQuestion {
  readonly selected: string | null;
  readonly allLinks: boolean;
  /** H3 resolution of the users' cells. */
  readonly resolution: number;
  /** The plan somebody came from: only its moves are shown; null for all that wait. */
  readonly plan: string | null;
}

/** Everything the map and its table show: what was read, and the features that are drawn from it. */
export function useMapData({ selected, allLinks, resolution, plan }: MapQuestion) {
  const trpc = useTRPC();
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const components = useQuery(trpc.components.list.queryOptions()).data ?? [];
  const pairs = useQuery({ ...trpc.links.matrix.queryOptions(), staleTime: 60_000 }).data;
  const minute = useQuery({ ...trpc.kpis.lastMinute.queryOptions(), refetchInterval: 10_000 }).data;
  const migrations = useQuery(trpc.migrations.list.queryOptions({ limit: 50 })).data;
  const waiting = useQuery(trpc.plans.list.queryOptions({ states: ["proposed"], limit: 50 })).data;
  const density = useQuery({
    ...trpc.users.density.queryOptions({ resolution, from: useSince(5) }),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  }).data;
  const geoip = useQuery(trpc.world.overview.queryOptions()).data?.geoipAttribution ?? null;
  const nightAt = useNightClock();
  const running = useMemo(() => (migrations ?? []).filter((migration) => !hasEnded(migration)), [migrations]);
  const plans = useMemo(() => (waiting ?? []).filter(({ id }) => plan === null || id === plan), [waiting, plan]);
  const traffic = useMemo(() => minute?.links ?? [], [minute]);
  const features = useMemo(() => {
    const list = places.data ?? [];
    return {
      night: nightRings(new Date(nightAt)),
      users: userHexes(density ?? NO_DENSITY),
      links: linkLines({ places: list, pairs: pairs ?? [], traffic, selected, all: allLinks }),
      moves: moveLines(list, running),
      plans: planLines({ places: list, plans, pairs: pairs ?? [] }),
      places: placePoints(list, selected),
    };
  }, [places.data, running, plans, density, pairs, traffic, selected, allLinks, nightAt]);
  return {
    places,
    components,
    pairs: pairs ?? [],
    traffic,
    migrations: migrations ?? [],
    /** The moves have been read: an empty list is no longer a list on its way. */
    isRead: migrations !== undefined,
    density: density ?? null,
    geoip,
    nightAt,
    running,
    plans,
    features,
  };
}
