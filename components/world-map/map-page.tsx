"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { parseAsArrayOf, parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useEffect, useMemo, useState } from "react";
import { MigrateDialog, type MigrateTarget } from "../migrations-page/migrate-dialog.tsx";
import { hasEnded } from "../migrations-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { CommandLine, Problem } from "../ui/parts.tsx";
import { Inspector } from "./inspector.tsx";
import { KpiStrip } from "./kpi-strip.tsx";
import { LayerPanel, Legend } from "./layer-panel.tsx";
import { linkLines, moveLines, nightRings, placePoints, userHexes } from "./prepare.ts";
import { Scrubber } from "./scrubber.tsx";
import { LAYER_GROUPS, type LayerGroup } from "./style.ts";
import { MapTable } from "./map-table.tsx";

const MapCanvas = dynamic(() => import("./map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
const GROUPS = Object.keys(LAYER_GROUPS) as LayerGroup[];
const NOTHING = { cells: [], countries: [], from: "", to: "", resolution: 2, unplaced: { requests: 0 } };

export function MapPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const { connected } = useLive();
  const [selected, setSelected] = useQueryState("place", parseAsString);
  const [off, setOff] = useQueryState("off", parseAsArrayOf(parseAsString).withDefault([]));
  const [asTable, setAsTable] = useQueryState("table", parseAsBoolean.withDefault(false));
  const [target, setTarget] = useState<MigrateTarget | null>(null);
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const components = useQuery(trpc.components.list.queryOptions());
  const pairs = useQuery({ ...trpc.links.matrix.queryOptions(), staleTime: 60_000 });
  const migrations = useQuery(trpc.migrations.list.queryOptions({ limit: 50 }));
  const density = useQuery({
    ...trpc.users.density.queryOptions({ resolution: 2, from: useSince(5) }),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
  const minute = useMinute();
  // In the lab users wake and sleep by the lab's clock, so the night is where it is night there.
  const labClock = useQuery(trpc.world.overview.queryOptions()).data?.labClock ?? null;
  const nightAt = labClock === null ? minute : Math.floor(Date.parse(labClock) / 600_000) * 600_000;
  const data = useMemo(() => {
    const list = places.data ?? [];
    const running = (migrations.data ?? []).filter((migration) => !hasEnded(migration));
    return {
      night: nightRings(new Date(nightAt)),
      users: userHexes(density.data ?? NOTHING),
      links: linkLines(list, pairs.data ?? []),
      moves: moveLines(list, running),
      places: placePoints(list, selected),
    };
  }, [places.data, migrations.data, density.data, pairs.data, selected, nightAt]);
  const shown = useMemo(() => new Set(GROUPS.filter((group) => !off.includes(group))), [off]);
  useKey("v", () => void setAsTable(!asTable));
  const place = places.data?.find((entry) => entry.metadata.name === selected) ?? null;
  const toggle = (group: LayerGroup): void =>
    void setOff(off.includes(group) ? off.filter((entry) => entry !== group) : [...off, group]);
  return (
    <main className="mapview">
      <h1 className="sr">Map</h1>
      <KpiStrip />
      <div className={connected ? "mapbox" : "mapbox stale"} style={{ gridColumn: 1 }}>
        {places.error ? (
          <div className="panel float" style={{ top: 12, left: 12, right: 12 }}>
            <Problem error={places.error} retry={() => void places.refetch()} />
          </div>
        ) : null}
        {asTable ? (
          <MapTable
            places={places.data ?? []}
            components={components.data ?? []}
            density={density.data ?? null}
            pairs={pairs.data ?? []}
            select={(name) => void setSelected(name)}
          />
        ) : (
          <MapCanvas
            label="World map of placements, users, links and moves"
            data={data}
            shown={shown}
            loaded={places.data !== undefined}
            controls
            onSelectPlace={(name) => void setSelected(name)}
            onOpenMove={(id) => router.push(`/migrations/${id}`)}
            onNoWebGl={() => void setAsTable(true)}
          />
        )}
        {places.data?.length === 0 ? <NoPlaces /> : null}
        <LayerPanel
          shown={shown}
          toggle={toggle}
          asTable={asTable}
          toggleTable={() => void setAsTable(!asTable)}
          counts={{
            users: density.data?.cells.length ?? 0,
            places: places.data?.length ?? 0,
            links: data.links.features.length,
            moves: data.moves.features.length,
            night: null,
          }}
        />
        {asTable ? null : <Legend />}
      </div>
      <Scrubber migrations={migrations.data ?? []} />
      {place ? (
        <Inspector
          place={place}
          components={components.data ?? []}
          migrations={migrations.data ?? []}
          close={() => void setSelected(null)}
          migrate={setTarget}
        />
      ) : null}
      <MigrateDialog target={target} onClose={() => setTarget(null)} />
    </main>
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

/** Some minutes ago, to the half minute, so that most draws ask the same question. */
function useSince(minutes: number): string {
  const half = 30_000;
  const [now, setNow] = useState(() => Math.floor(Date.now() / half) * half);
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / half) * half), half);
    return () => clearInterval(timer);
  }, []);
  return new Date(now - minutes * 60_000).toISOString();
}

function useMinute(): number {
  const [minute, setMinute] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setMinute(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return minute;
}

function useKey(key: string, action: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key === key &&
        !event.ctrlKey &&
        !event.metaKey &&
        !(event.target as HTMLElement).closest("input,textarea,select,dialog")
      )
        action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
