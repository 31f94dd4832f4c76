import { IconMap2 } from "@tabler/icons-react";
import type { ComponentDto, DensityDto, LastMinuteDto, PlanDto } from "../../server/api/shapes/index.ts";
import type { ShownPlace } from "../time/as-of.ts";
import { keyOf } from "../components-page/prepare.ts";
import { DataTable } from "../ui/data-table.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { usePlaceNames, type PlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import type { Pair } from "./backbone.ts";
import { CountriesTable } from "./countries-table.tsx";

interface MapTableProps {
  readonly places: readonly ShownPlace[];
  readonly components: readonly ComponentDto[];
  readonly density: DensityDto | null;
  readonly pairs: readonly Pair[];
  readonly traffic: LastMinuteDto["links"];
  /** Waiting for a decision. */
  readonly plans: readonly PlanDto[];
  readonly select: (name: string) => void;
  /** Null where there is no room for a map. */
  readonly showMap: (() => void) | null;
}

/** The map as tables: the same facts for those who cannot see it, whose browser draws none, or whose screen is small. */
export function MapTable({ places, components, density, pairs, traffic, plans, select, showMap }: MapTableProps) {
  const nameOf = usePlaceNames();
  return (
    <div className="maptable">
      <div className="tabletop">
        <h2 className="hd">The map as tables</h2>
        {showMap ? (
          <button type="button" className="ctl" onClick={showMap}>
            <IconMap2 size={15} stroke={1.6} aria-hidden="true" />
            Map <kbd>V</kbd>
          </button>
        ) : null}
      </div>
      <div className="cols2" style={{ alignItems: "start" }}>
        <div className="col14">
          <Places places={places} components={components} pairs={pairs} nameOf={nameOf} select={select} />
          {plans.length > 0 ? <ProposedMoves plans={plans} nameOf={nameOf} /> : null}
          <Links pairs={pairs} traffic={traffic} nameOf={nameOf} />
        </div>
        <CountriesTable density={density} period="5 min" />
      </div>
    </div>
  );
}

function Places({
  places,
  components,
  pairs,
  nameOf,
  select,
}: Pick<MapTableProps, "places" | "components" | "pairs" | "select"> & { nameOf: PlaceNames }) {
  const nearest = (name: string): string => {
    const [pair] = pairs.filter((entry) => entry.from === name).sort((a, b) => a.rttMs - b.rttMs);
    return pair ? `${nameOf(pair.to)}, ${milliseconds(pair.rttMs)}` : "–";
  };
  const runsIn = (name: string): string =>
    components
      .filter((component) => component.status.placements.some(({ dataCenter }) => dataCenter === name))
      .map((component) => keyOf(component).split("/")[1])
      .join(", ");
  return (
    <DataTable
      caption="Data centres"
      columns={[{ label: "State" }, { label: "City" }, { label: "Runs" }, { label: "Nearest other" }]}
      exported={{ name: "data-centers", rows: places, command: "geostitch get data-centers -o json", path: "/data-centers" }}
    >
      {places.map(({ metadata, spec, status }) => (
        <tr key={metadata.name}>
          <td>
            <Status state={status.state} />
          </td>
          <td>
            <button type="button" className="link" onClick={() => select(metadata.name)}>
              {spec.location.city ?? metadata.name}
            </button>
          </td>
          <td className="wrap">{runsIn(metadata.name) || "–"}</td>
          <td className="t2">{nearest(metadata.name)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

function ProposedMoves({ plans, nameOf }: Pick<MapTableProps, "plans"> & { nameOf: PlaceNames }) {
  return (
    <DataTable
      caption="Proposed moves"
      columns={[{ label: "Plan" }, { label: "Component" }, { label: "From" }, { label: "To" }]}
      exported={{
        name: "proposed-moves",
        rows: plans.flatMap(({ id, moves }) => moves.map((move) => ({ plan: id, ...move }))),
        path: "/plans?state=proposed",
      }}
    >
      {plans.flatMap(({ id, moves }) =>
        moves.map(({ component, from, to }) => (
          <tr key={`${id} ${component}`}>
            <td>
              <Link className="link mono f12" href={`/plans/${id}`}>
                {id}
              </Link>
            </td>
            <td>{component.split("/")[1]}</td>
            <td>{nameOf(from)}</td>
            <td>{nameOf(to)}</td>
          </tr>
        )),
      )}
    </DataTable>
  );
}

/** Links that carry requests now, the busiest first. */
function Links({ pairs, traffic, nameOf }: Pick<MapTableProps, "pairs" | "traffic"> & { nameOf: PlaceNames }) {
  const rtt = new Map(pairs.map((pair) => [`${pair.from}>${pair.to}`, pair.rttMs]));
  const rows = [...traffic].sort((a, b) => b.requestsPerSecond - a.requestsPerSecond);
  return (
    <DataTable
      caption="Links in use, last minute"
      exported={{ name: "links-in-use", rows }}
      columns={[
        { label: "Users enter at" },
        { label: "Served from" },
        { label: "Req/s", right: true },
        { label: "RTT", right: true },
      ]}
    >
      {rows.map(({ from, to, requestsPerSecond }) => (
        <tr key={`${from}>${to}`}>
          <td>{nameOf(from)}</td>
          <td>{nameOf(to)}</td>
          <td className="r">{number(requestsPerSecond)}</td>
          <td className="r">{milliseconds(rtt.get(`${from}>${to}`))}</td>
        </tr>
      ))}
      {rows.length === 0 ? (
        <tr>
          <td colSpan={4} className="t2">
            No request has crossed a link in the last minute.
          </td>
        </tr>
      ) : null}
    </DataTable>
  );
}
