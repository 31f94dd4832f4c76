"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import type { ComponentDto, DataCenterDto, InstanceDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { number } from "../ui/format.ts";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { DataCenterDetail } from "./detail.tsx";
import { DrainButton } from "./drain-button.tsx";
import { GaugeBar } from "./gauge.tsx";
import { LossNotice } from "./loss-notice.tsx";
import { costHere, gaugesOf } from "./prepare.ts";

export function DataCentersPage() {
  const trpc = useTRPC();
  const { connected } = useLive();
  const [selected, setSelected] = useQueryState("place", parseAsString);
  const places = useQuery(trpc.dataCenters.list.queryOptions());
  const components = useQuery(trpc.components.list.queryOptions()).data ?? [];
  const instances = useQuery(trpc.instances.list.queryOptions()).data ?? [];
  const migrations = useQuery(trpc.migrations.list.queryOptions({ limit: 50 })).data ?? [];
  const place = places.data?.find(({ metadata }) => metadata.name === selected) ?? null;
  const select = (name: string | null): void => void setSelected(name === selected ? null : name);
  return (
    <main className="page">
      <h1 className="title">Data centres</h1>
      {places.error ? <Problem error={places.error} retry={() => void places.refetch()} /> : null}
      {places.data === undefined && !places.error ? <Loading what="data centres" height={320} /> : null}
      {places.data?.length === 0 ? (
        <Empty title="No data centre is registered." command="geostitch apply -f data-centers.yaml">
          <span>A manifest of kind DataCenter tells where it is and what it can hold.</span>
        </Empty>
      ) : null}
      {places.data?.map((one) => (
        <LossNotice key={one.metadata.name} place={one} />
      ))}
      {places.data && places.data.length > 0 ? (
        <div className={`${place ? "cols2" : ""} ${connected ? "" : "stale"}`}>
          <PlacesTable
            places={places.data}
            components={components}
            instances={instances}
            selected={selected}
            select={select}
            narrow={place !== null}
          />
          {place ? (
            <DataCenterDetail
              place={place}
              components={components}
              instances={instances}
              migrations={migrations}
              close={() => select(null)}
            />
          ) : null}
        </div>
      ) : null}
      <CommandLine text="geostitch get data-centers" />
    </main>
  );
}

interface PlacesTableProps {
  readonly places: readonly DataCenterDto[];
  readonly components: readonly ComponentDto[];
  readonly instances: readonly InstanceDto[];
  readonly selected: string | null;
  readonly select: (name: string) => void;
  /** Beside an open detail, which tells the rest. */
  readonly narrow: boolean;
}

const columns = (narrow: boolean): readonly Column[] => [
  { label: "State" },
  { label: "City" },
  ...(narrow ? [] : [{ label: "Name" }]),
  { label: "Instances", right: true },
  { label: "CPU" },
  { label: "Memory" },
  ...(narrow
    ? []
    : [
        { label: "CPU hour", right: true as const },
        { label: "Carbon", right: true as const },
      ]),
  { label: "Costs", right: true },
  { label: "Heard", right: true },
  ...(narrow ? [] : [{ label: "Drain" }]),
];

function PlacesTable({ places, components, instances, selected, select, narrow }: PlacesTableProps) {
  return (
    <DataTable
      caption="Data centres"
      columns={columns(narrow)}
      exported={{ name: "data-centers", rows: places, command: "geostitch get data-centers -o json", path: "/data-centers" }}
    >
      {places.map((place) => {
        const { metadata, spec, status } = place;
        const [cpu, memory] = gaugesOf(place);
        const cost = costHere(place, components, instances);
        return (
          <tr key={metadata.name} className={metadata.name === selected ? "on" : ""} data-silent={status.state === "unreachable"}>
            <td>
              <Status state={status.state} />
            </td>
            <td>
              <button
                type="button"
                className="link"
                aria-expanded={metadata.name === selected}
                onClick={() => select(metadata.name)}
              >
                {spec.location.city ?? metadata.name}, {spec.location.country}
              </button>
            </td>
            {narrow ? null : <td className="mono f12">{metadata.name}</td>}
            <td className="r">{status.instances}</td>
            <td>{cpu ? <GaugeBar gauge={cpu} width={72} /> : null}</td>
            <td>{memory ? <GaugeBar gauge={memory} width={72} /> : null}</td>
            {narrow ? null : (
              <>
                <td className="r">{spec.price === null ? "–" : `${number(spec.price.cpuHour)} ${spec.price.currency}`}</td>
                <td className="r">{spec.carbon === null ? "–" : `${number(spec.carbon.gramsPerKWh)} g`}</td>
              </>
            )}
            <td className="r">{cost === null ? "–" : `${number(cost.amount)} ${cost.currency}/h`}</td>
            <td className="r t2">
              {status.state === "unreachable" ? "last heard " : ""}
              <Time at={status.lastSeenAt} none="never" />
            </td>
            {narrow ? null : (
              <td>
                <DrainButton place={place} />
              </td>
            )}
          </tr>
        );
      })}
    </DataTable>
  );
}
