"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo, useState } from "react";
import type { MigrateTarget } from "../migrations-page/migrate-dialog.tsx";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { timeAndZone } from "../ui/format.ts";
import { useZone } from "../ui/preferences.ts";
import { useKeys } from "../ui/keys.ts";
import { CommandLine, Problem, useOpened } from "../ui/parts.tsx";
import { KpiStrip } from "./kpi-strip.tsx";
import { LayerPanel } from "./layer-panel.tsx";
import { Legend, Sources } from "./legend.tsx";
import { resolutionAt } from "./prepare.ts";
import { LAYER_GROUPS, type LayerGroup } from "./style.ts";
import { useMapData } from "./use-map-data.ts";
import { useSmallScreen } from "./use-small-screen.ts";
import { parseAsView } from "./view-in-address.ts";

const MapCanvas = dynamic(() => import("./map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
/** Its axis begins and ends with the reader's own clock: what a server drew before would be another one. */
const Scrubber = dynamic(() => import("./scrubber.tsx").then((module) => module.Scrubber), {
  ssr: false,
  loading: () => <section className="scrubber" style={{ gridColumn: 1 }} aria-busy="true" />,
});
/** What somebody has to ask for comes when it is asked for: the map waits for none of it. */
const Inspector = dynamic(() => import("./inspector.tsx").then((module) => module.Inspector), { ssr: false });
const MapTable = dynamic(() => import("./map-table.tsx").then((module) => module.MapTable), { ssr: false });
const MigrateDialog = dynamic(() => import("../migrations-page/migrate-dialog.tsx").then((module) => module.MigrateDialog), {
  ssr: false,
});
const GROUPS = Object.keys(LAYER_GROUPS) as LayerGroup[];

export function MapPage() {
  const { connected } = useLive();
  const state = useMapState();
  const [target, setTarget] = useState<MigrateTarget | null>(null);
  const migrateOpened = useOpened(target !== null);
  const map = useMapData(state);
  const error = map.asked.error ?? map.pastError;
  const place = map.places.find((entry) => entry.metadata.name === state.selected) ?? null;
  return (
    <main className="mapview">
      <h1 className="sr">Map</h1>
      <KpiStrip />
      <div className={connected ? "mapbox" : "mapbox stale"} style={{ gridColumn: 1 }}>
        {error ? (
          <div className="panel float" style={{ top: 12, left: 12, right: 12 }}>
            <Problem error={error} retry={() => void map.asked.refetch()} />
          </div>
        ) : null}
        {state.asTable ? (
          <MapTable
            places={map.places}
            components={map.components}
            density={map.density}
            pairs={map.pairs}
            traffic={map.traffic}
            plans={map.plans}
            showMap={state.small ? null : () => state.showTable(false)}
            select={state.select}
          />
        ) : (
          <DrawnMap state={state} map={map} />
        )}
        {map.asked.data?.length === 0 ? <NoPlaces /> : null}
      </div>
      <Scrubber migrations={map.migrations} />
      {place ? (
        <Inspector
          place={place}
          components={map.components}
          migrations={map.migrations}
          close={() => state.select(null)}
          migrate={setTarget}
        />
      ) : null}
      {migrateOpened ? <MigrateDialog target={target} onClose={() => setTarget(null)} /> : null}
    </main>
  );
}

/** What is looked at and how, kept in the address: who gets the link sees the same. */
function useMapState() {
  const [selected, setSelected] = useQueryState("place", parseAsString);
  const [off, setOff] = useQueryState("off", parseAsArrayOf(parseAsString).withDefault([]));
  const [links, setLinks] = useQueryState("links", parseAsStringLiteral(["all"] as const));
  const [table, setTable] = useQueryState("table", parseAsBoolean.withDefault(false));
  const [view, setView] = useQueryState("at", parseAsView);
  const [plan] = useQueryState("plan", parseAsString);
  const [resolution, setResolution] = useState(2);
  const small = useSmallScreen();
  const shown = useMemo(() => new Set(GROUPS.filter((group) => !off.includes(group))), [off]);
  useKeys({ v: () => void setTable(!table) });
  return {
    selected,
    select: (name: string | null) => void setSelected(name),
    shown,
    toggle: (group: LayerGroup) => void setOff(off.includes(group) ? off.filter((entry) => entry !== group) : [...off, group]),
    plan,
    allLinks: links !== null,
    toggleLinks: () => void setLinks(links === null ? "all" : null),
    small,
    asTable: table || small,
    showTable: (wanted: boolean) => void setTable(wanted),
    view,
    setView: (next: typeof view) => void setView(next),
    resolution,
    setResolution,
  };
}

interface DrawnMapProps {
  readonly state: ReturnType<typeof useMapState>;
  readonly map: ReturnType<typeof useMapData>;
}

/** The map with what floats over it. */
function DrawnMap({ state, map }: DrawnMapProps) {
  const router = useRouter();
  useZone();
  const geoip = useQuery(useTRPC().world.overview.queryOptions()).data?.geoipAttribution ?? null;
  return (
    <>
      <MapCanvas
        label="World map of placements, users, links, moves and proposed moves"
        data={map.features}
        shown={state.shown}
        loaded={map.asked.data !== undefined}
        controls
        view={state.view}
        onView={(zoom, kept) => {
          state.setResolution(resolutionAt(zoom));
          if (kept !== undefined) state.setView(kept);
        }}
        onSelectPlace={state.select}
        onOpenMove={(id) => router.push(`/migrations/${id}`)}
        onOpenPlan={(id) => router.push(`/plans/${id}`)}
        onNoWebGl={() => state.showTable(true)}
      />
      <LayerPanel
        shown={state.shown}
        toggle={state.toggle}
        showTable={() => state.showTable(true)}
        notes={{
          users: "hex · p95",
          places: String(map.places.length),
          links: "RTT",
          plans: String(map.plans.length),
          moves: String(map.running.length),
          night: timeAndZone(map.nightAt),
        }}
        links={{ all: state.allLinks, count: map.pairs.length / 2, toggle: state.toggleLinks }}
      />
      <Legend moving={map.running.length > 0} planned={map.plans.length > 0} />
      <Sources geoip={geoip} />
    </>
  );
}

function NoPlaces() {
  return (
    <div className="panel float firstplace">
      <h2 className="hd">No data centre yet</h2>
      <p className="t2">
        The map fills as you register where components may run: where it is, what it holds, what it costs. Components follow the
        same way, and each change can be tried first with <span className="mono">--dry-run</span>.
      </p>
      <CommandLine text="geostitch apply -f data-centers.yaml" />
    </div>
  );
}
