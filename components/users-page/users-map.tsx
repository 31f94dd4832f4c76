"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import type { DensityDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { collection } from "../world-map/geo.ts";
import { LatencyScale, Sources } from "../world-map/legend.tsx";
import { NO_DENSITY, nightRings, placePoints, resolutionAt, userHexes } from "../world-map/prepare.ts";
import type { LayerGroup } from "../world-map/style.ts";
import { useNightClock } from "../world-map/use-time.ts";

const MapCanvas = dynamic(() => import("../world-map/map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
const SHOWN: ReadonlySet<LayerGroup> = new Set<LayerGroup>(["users", "places", "night"]);

interface UsersMapProps {
  readonly density: DensityDto | null;
  readonly onResolution: (resolution: number) => void;
  readonly onNoWebGl: () => void;
}

/** Cells of users: the size is how much they ask, the colour how long they wait. */
export function UsersMap({ density, onResolution, onNoWebGl }: UsersMapProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const geoip = useQuery(trpc.world.overview.queryOptions()).data?.geoipAttribution ?? null;
  const nightAt = useNightClock();
  const data = useMemo(
    () => ({
      night: nightRings(new Date(nightAt)),
      users: userHexes(density ?? NO_DENSITY),
      links: collection([]),
      moves: collection([]),
      plans: collection([]),
      places: placePoints(places.data ?? [], null),
    }),
    [density, places.data, nightAt],
  );
  return (
    <div className="col" style={{ gap: 8 }}>
      <div className="usersmap">
        <MapCanvas
          label="Map of users"
          data={data}
          shown={SHOWN}
          loaded={places.data !== undefined}
          controls
          onView={(zoom) => onResolution(resolutionAt(zoom))}
          onSelectPlace={(name) => (name === null ? undefined : router.push(`/?place=${encodeURIComponent(name)}`))}
          onOpenMove={() => undefined}
          onNoWebGl={onNoWebGl}
        />
        <Sources geoip={geoip} />
      </div>
      <div className="row g16 wrap f12">
        <LatencyScale title="User p95, ms" />
        <span className="t3">The size of a cell is how much it asks, its colour how long it waits.</span>
      </div>
    </div>
  );
}
