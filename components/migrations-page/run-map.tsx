"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { collection } from "../world-map/geo.ts";
import { boundsOf, moveLines } from "../world-map/prepare-lines.ts";
import { NO_DENSITY, nightRings, placePoints, resolutionAt, userHexes } from "../world-map/prepare.ts";
import type { LayerGroup } from "../world-map/style.ts";
import { useNightClock } from "../world-map/use-time.ts";

const MapCanvas = dynamic(() => import("../world-map/map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
const SHOWN: ReadonlySet<LayerGroup> = new Set<LayerGroup>(["users", "places", "moves", "night"]);

/** The way of one run, with the users at both ends. */
export function RunMap({ migration }: { migration: MigrationDto }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [drawable, setDrawable] = useState(true);
  const [resolution, setResolution] = useState(2);
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const density = useQuery({
    ...trpc.users.density.queryOptions({ resolution }),
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  });
  const nightAt = useNightClock();
  const data = useMemo(() => {
    const ends = (places.data ?? []).filter(({ metadata }) => [migration.from, migration.to].includes(metadata.name));
    return {
      night: nightRings(new Date(nightAt)),
      users: userHexes(density.data ?? NO_DENSITY),
      links: collection([]),
      moves: moveLines(ends, [migration]),
      plans: collection([]),
      places: placePoints(ends, null),
    };
  }, [places.data, density.data, migration, nightAt]);
  const bounds = boundsOf(data.moves);
  if (!drawable || !bounds) return null;
  return (
    <div className="runmap">
      <MapCanvas
        label={`Map of the move from ${migration.from} to ${migration.to}`}
        data={data}
        shown={SHOWN}
        loaded={places.data !== undefined}
        bounds={bounds}
        onView={(zoom) => setResolution(resolutionAt(zoom))}
        onSelectPlace={(name) => (name === null ? undefined : router.push(`/?place=${encodeURIComponent(name)}`))}
        onOpenMove={() => undefined}
        onNoWebGl={() => setDrawable(false)}
      />
    </div>
  );
}
