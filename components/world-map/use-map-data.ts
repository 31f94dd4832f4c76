"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type {
  ComponentDto,
  DataCenterDto,
  LastMinuteDto,
  MigrationDto,
  PastWorldDto,
  PlanDto,
} from "../../server/api/shapes/index.ts";
import { hasEnded } from "../migrations-page/prepare.ts";
import { componentsAsOf, placesAsOf } from "../time/as-of.ts";
import { usePastWorld } from "../time/use-past-world.ts";
import { useTRPC } from "../trpc/client.ts";
import type { Pair } from "./backbone.ts";
import { planLines } from "./plan-lines.ts";
import { linkLines, moveLines } from "./prepare-lines.ts";
import { NO_DENSITY, nightRings, placePoints, userHexes } from "./prepare.ts";
import { useSpan, type Span } from "../time/use-span.ts";
import { useNightClock } from "./use-time.ts";

export interface MapQuestion {
  readonly selected: string | null;
  readonly allLinks: boolean;
  /** H3 resolution of the users' cells. */
  readonly resolution: number;
  /** The plan somebody came from: only its moves are shown; null for all that wait. */
  readonly plan: string | null;
}

const NO_TRAFFIC: LastMinuteDto["links"] = [];
const NO_PAIRS: readonly Pair[] = [];
const keep = <T>(before: T): T => before;

/** Everything the map and its table show: what was read, and the features that are drawn from it. */
export function useMapData({ selected, allLinks, resolution, plan }: MapQuestion) {
  const trpc = useTRPC();
  const span = useSpan(5);
  const past = usePastWorld();
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const registered = useQuery(trpc.components.list.queryOptions()).data;
  const pairs = useQuery({ ...trpc.links.matrix.queryOptions(), staleTime: 60_000 }).data ?? NO_PAIRS;
  const journal = useQuery(trpc.migrations.list.queryOptions({ limit: 200 })).data;
  const proposed = useQuery(trpc.plans.list.queryOptions({ states: ["proposed"], limit: 50 })).data;
  const shown = useShown(places.data, { registered, journal, proposed, past: past.world });
  const density = useQuery({
    ...trpc.users.density.queryOptions({ resolution, ...span }),
    refetchInterval: 5_000,
    placeholderData: keep,
  }).data;
  const nightAt = useNightClock();
  const running = useMemo(() => (shown.migrations ?? []).filter((migration) => !hasEnded(migration)), [shown.migrations]);
  const plans = useMemo(() => (shown.plans ?? []).filter(({ id }) => plan === null || id === plan), [shown.plans, plan]);
  const traffic = useTraffic(span);
  const features = useMemo(() => {
    const list = shown.places;
    return {
      night: nightRings(new Date(nightAt)),
      users: userHexes(density ?? NO_DENSITY),
      links: linkLines({ places: list, pairs, traffic, selected, all: allLinks }),
      moves: moveLines(list, running),
      plans: planLines({ places: list, plans, pairs }),
      places: placePoints(list, selected),
    };
  }, [shown.places, running, plans, density, pairs, traffic, selected, allLinks, nightAt]);
  return {
    asked: places,
    places: shown.places,
    components: shown.components,
    pastError: past.error,
    pairs,
    traffic,
    /** Everything that moved, whatever moment is looked at. */
    migrations: journal ?? [],
    /** The moves have been read: an empty list is no longer a list on its way. */
    isRead: journal !== undefined,
    density: density ?? null,
    nightAt,
    running,
    plans,
    features,
  };
}

/** What each link carried in the minute before the moment that is looked at. */
function useTraffic({ to }: Span): LastMinuteDto["links"] {
  const minute = useQuery({
    ...useTRPC().kpis.lastMinute.queryOptions(to === undefined ? {} : { at: to }),
    refetchInterval: 10_000,
    placeholderData: keep,
  });
  return minute.data?.links ?? NO_TRAFFIC;
}

interface Lists {
  readonly registered: readonly ComponentDto[] | undefined;
  readonly journal: readonly MigrationDto[] | undefined;
  readonly proposed: readonly PlanDto[] | undefined;
  /** Null while it is now. */
  readonly past: PastWorldDto | null;
}

/** The lists of now, or as they were at the moment that is looked at. */
function useShown(places: readonly DataCenterDto[] | undefined, { registered, journal, proposed, past }: Lists) {
  return useMemo(() => {
    const [list, components] = [places ?? [], registered ?? []];
    return past === null
      ? { places: list, components, migrations: journal, plans: proposed }
      : {
          places: placesAsOf(list, components, past),
          components: componentsAsOf(components, past),
          migrations: past.migrations,
          plans: past.plans,
        };
  }, [places, registered, journal, proposed, past]);
}
