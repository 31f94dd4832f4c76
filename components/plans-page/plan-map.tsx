"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { collection } from "../world-map/geo.ts";
import { planLines } from "../world-map/plan-lines.ts";
import { boundsOf } from "../world-map/prepare-lines.ts";
import { NO_DENSITY, nightRings, placePoints, userHexes } from "../world-map/prepare.ts";
import type { LayerGroup } from "../world-map/style.ts";
import { useNightClock } from "../world-map/use-time.ts";

const MapCanvas = dynamic(() => import("../world-map/map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
const SHOWN: ReadonlySet<LayerGroup> = new Set<LayerGroup>(["users", "places", "plans", "night"]);

/** The ways of a plan's moves, dashed: they do not exist yet. */
export function PlanMap({ plan }: { plan: PlanDto }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [drawable, setDrawable] = useState(true);
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const density = useQuery({
    ...trpc.users.density.queryOptions({ resolution: 2 }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
  const pairs = useQuery({ ...trpc.links.matrix.queryOptions(), staleTime: 60_000 }).data;
  const nightAt = useNightClock();
  const data = useMemo(() => {
    const named = new Set(plan.moves.flatMap(({ from, to }) => [from, to]));
    const ends = (places.data ?? []).filter(({ metadata }) => named.has(metadata.name));
    return {
      night: nightRings(new Date(nightAt)),
      users: userHexes(density.data ?? NO_DENSITY),
      links: collection([]),
      moves: collection([]),
      plans: planLines({ places: ends, plans: [plan], pairs: pairs ?? [] }),
      places: placePoints(ends, null),
    };
  }, [places.data, density.data, pairs, plan, nightAt]);
  const bounds = boundsOf(data.plans);
  if (!drawable || !bounds) return null;
  return (
    <div className="planmap">
      <MapCanvas
        label={`Map of ${plan.id}`}
        data={data}
        shown={SHOWN}
        loaded={places.data !== undefined}
        bounds={bounds}
        minZoom={-1.5}
        onSelectPlace={(name) => (name === null ? undefined : router.push(`/?place=${encodeURIComponent(name)}`))}
        onOpenMove={() => undefined}
        onNoWebGl={() => setDrawable(false)}
      />
    </div>
  );
}
