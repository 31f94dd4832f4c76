"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { useSpan } from "../time/use-span.ts";
import { useTRPC } from "../trpc/client.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { collection } from "../world-map/geo.ts";
import { Sources } from "../world-map/legend.tsx";
import { NO_DENSITY, placePoints, resolutionAt } from "../world-map/prepare.ts";
import type { LayerGroup } from "../world-map/style.ts";
import { catchments, type Destination, type EntryRow } from "./prepare.ts";

const MapCanvas = dynamic(() => import("../world-map/map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
const SHOWN: ReadonlySet<LayerGroup> = new Set<LayerGroup>(["places"]);
const NONE = collection([]);

interface CatchmentMapProps {
  readonly component: string;
  readonly rows: readonly EntryRow[];
  readonly destinations: readonly Destination[];
  readonly onNoWebGl: () => void;
}

/** Who is sent where: users' cells and their entries' ways in the colour of the place that serves them. */
export function CatchmentMap({ component, rows, destinations, onNoWebGl }: CatchmentMapProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const nameOf = usePlaceNames();
  const [resolution, setResolution] = useState(2);
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const overview = useQuery(trpc.world.overview.queryOptions()).data;
  const density = useQuery({
    ...trpc.users.density.queryOptions({ ...useSpan(5), component, resolution }),
    placeholderData: (before) => before,
  }).data;
  const data = useMemo(() => {
    const list = places.data ?? [];
    return {
      night: NONE,
      users: NONE,
      links: NONE,
      moves: NONE,
      plans: NONE,
      catchments: catchments({ places: list, density: density ?? NO_DENSITY, rows }),
      places: placePoints(list, null),
    };
  }, [places.data, density, rows]);
  return (
    <div className="col g8">
      <div className="usersmap">
        <MapCanvas
          label="Map of where users are sent"
          data={data}
          shown={SHOWN}
          loaded={places.data !== undefined}
          controls
          onView={(zoom) => setResolution(resolutionAt(zoom))}
          onSelectPlace={(name) => (name === null ? undefined : router.push(`/data-centers?place=${encodeURIComponent(name)}`))}
          onOpenMove={() => undefined}
          onNoWebGl={onNoWebGl}
        />
        <Sources geoip={overview?.geoipAttribution ?? null} />
      </div>
      <div className="row g16 wrap f12">
        <span className="t2">Served from</span>
        {destinations.map(({ dataCenter, series, entries }) => (
          <span key={dataCenter} className="st">
            <span
              className="swatch"
              style={{ background: series === 0 ? "var(--neutral)" : `var(--s${series})` }}
              aria-hidden="true"
            />
            {nameOf(dataCenter)} <span className="t3">{entries} entries</span>
          </span>
        ))}
      </div>
    </div>
  );
}
