"use client";

import { useQuery } from "@tanstack/react-query";
import { IconCircleCheck, IconCircleDashed, IconMap2, IconTable } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { memo, useCallback, useMemo, useState } from "react";
import type { DataCenterDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { DataTable } from "../ui/data-table.tsx";
import { signed } from "../ui/format.ts";
import { useKeys } from "../ui/keys.ts";
import type { PlaceNames } from "../ui/place-name.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { collection } from "../world-map/geo.ts";
import { planLines } from "../world-map/plan-lines.ts";
import { NO_DENSITY, nightRings, placePoints, userHexes } from "../world-map/prepare.ts";
import type { LayerGroup } from "../world-map/style.ts";
import { useFollow } from "../world-map/use-follow.ts";
import { useSmallScreen } from "../world-map/use-small-screen.ts";
import { useNightClock } from "../world-map/use-time.ts";
import type { Agreement, GhostMove } from "./prepare.ts";
import { changeByPlace } from "./prepare.ts";

const MapCanvas = dynamic(() => import("../world-map/map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
const SHOWN: ReadonlySet<LayerGroup> = new Set<LayerGroup>(["users", "places", "plans", "night"]);
const NOTHING = collection([]);

interface PreviewMapProps {
  readonly moves: readonly GhostMove[];
  readonly inScope: number;
  /** Null while the planner has not answered. */
  readonly agreement: Agreement | null;
  readonly note: string | null;
  readonly nameOf: PlaceNames;
}

/** Where things would go: dashed, since none of it exists. */
export function PreviewMap({ moves, inScope, agreement, note, nameOf }: PreviewMapProps) {
  const places = useQuery(useTRPC().dataCenters.list.queryOptions());
  const [shows, setShows] = useState<"now" | "draft">("draft");
  const [table, setTable] = useState(false);
  const small = useSmallScreen();
  const showTable = useCallback(() => setTable(true), []);
  useKeys({ v: () => setTable(!table) });
  const ghosts = shows === "now" ? NO_GHOSTS : moves;
  const { shown: drawn, onFrame } = useFollow(ghosts);
  const asTable = table || small;
  return (
    <section className="polmap" aria-label="What would move">
      <div className={asTable ? "polmaphead" : "polmaphead float"}>
        <WouldMove moves={moves} inScope={inScope} agreement={agreement} note={note} />
      </div>
      <div className={asTable ? "polmaptools" : "polmaptools float"}>
        <Segmented
          label="Placements"
          value={shows}
          onChange={setShows}
          options={[
            { value: "now", label: "Now" },
            { value: "draft", label: "Draft" },
          ]}
        />
        {small ? null : (
          <button
            type="button"
            className="ctl ghost icon"
            aria-label={asTable ? "Show the map" : "Show as a table"}
            onClick={() => setTable(!table)}
          >
            {asTable ? (
              <IconMap2 size={15} stroke={1.6} aria-hidden="true" />
            ) : (
              <IconTable size={15} stroke={1.6} aria-hidden="true" />
            )}
          </button>
        )}
      </div>
      {asTable ? (
        <PlacesTable places={places.data ?? []} moves={ghosts} nameOf={nameOf} />
      ) : (
        <GhostMap places={places.data} moves={drawn} onFrame={onFrame} onNoWebGl={showTable} />
      )}
    </section>
  );
}

function WouldMove({ moves, inScope, agreement, note }: Omit<PreviewMapProps, "nameOf">) {
  return (
    <>
      <div className="row g12 wrap">
        <strong className="f14" role="status">
          Would move {moves.length} of {inScope}
        </strong>
        <span className="row g4 f12 t2" role="status" data-agreement={agreement?.state ?? "waiting"}>
          {agreement?.state === "agrees" ? (
            <>
              <IconCircleCheck size={14} stroke={1.6} color="var(--plan)" aria-hidden="true" /> planner agrees
            </>
          ) : agreement?.state === "differs" ? (
            <span title={agreement.words.join(", ")}>planner differs in {agreement.count}</span>
          ) : (
            <>
              <IconCircleDashed size={14} stroke={1.6} aria-hidden="true" /> asking the planner
            </>
          )}
        </span>
      </div>
      {note === null ? null : <p className="f12 t2">{note}</p>}
    </>
  );
}

const NO_GHOSTS: readonly GhostMove[] = [];

/** The ghosts follow behind the numbers, which wait for no map: only the layers whose features changed are handed to it. */
const GhostMap = memo(function GhostMap({
  places,
  moves,
  onFrame,
  onNoWebGl,
}: {
  places: readonly DataCenterDto[] | undefined;
  moves: readonly GhostMove[];
  onFrame: (gapMs: number) => void;
  onNoWebGl: () => void;
}) {
  const density = useQuery({
    ...useTRPC().users.density.queryOptions({ resolution: 2 }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
  const nightAt = useNightClock();
  const night = useMemo(() => nightRings(new Date(nightAt)), [nightAt]);
  const users = useMemo(() => userHexes(density.data ?? NO_DENSITY), [density.data]);
  const plans = useMemo(() => planLines({ places: places ?? [], plans: [{ id: "draft", moves }], pairs: [] }), [places, moves]);
  const points = useMemo(() => placePoints(places ?? [], null, changeByPlace(moves)), [places, moves]);
  const data = useMemo(
    () => ({ night, users, links: NOTHING, moves: NOTHING, plans, places: points }),
    [night, users, plans, points],
  );
  return (
    <MapCanvas
      label="Map of the draft"
      data={data}
      shown={SHOWN}
      loaded={places !== undefined}
      minZoom={-1}
      onSelectPlace={() => undefined}
      onOpenMove={() => undefined}
      onFrame={onFrame}
      onNoWebGl={onNoWebGl}
    />
  );
});

function PlacesTable({
  places,
  moves,
  nameOf,
}: {
  places: readonly DataCenterDto[];
  moves: readonly GhostMove[];
  nameOf: PlaceNames;
}) {
  const change = changeByPlace(moves);
  const names = (name: string, end: "from" | "to"): string =>
    moves
      .filter((move) => move[end] === name)
      .map((move) => move.name)
      .join(", ");
  return (
    <div className="poltable">
      <DataTable
        caption="Placements under the draft"
        columns={[
          { label: "Data centre" },
          { label: "Instances", right: true },
          { label: "Change", right: true },
          { label: "Arrives" },
          { label: "Leaves" },
        ]}
      >
        {places.map(({ metadata, status }) => (
          <tr key={metadata.name}>
            <td>{nameOf(metadata.name)}</td>
            <td className="r">{status.instances}</td>
            <td className="r">{change.has(metadata.name) ? signed(change.get(metadata.name)) : "0"}</td>
            <td className="wrap">{names(metadata.name, "to") || "–"}</td>
            <td className="wrap">{names(metadata.name, "from") || "–"}</td>
          </tr>
        ))}
      </DataTable>
    </div>
  );
}
