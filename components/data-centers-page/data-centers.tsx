"use client";

import { useQuery } from "@tanstack/react-query";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { Link } from "../ui/link.tsx";
import { useTRPC } from "../trpc/client.ts";
import { ago, bytes, number } from "../ui/format.ts";
import { CommandLine, Empty, Loading, Problem, useNow } from "../ui/parts.tsx";
import { Status } from "../ui/status.tsx";
import { DrainButton } from "./drain-button.tsx";
import { LossNotice } from "./loss-notice.tsx";

const MIB = 2 ** 20;

const COLUMNS: readonly Column[] = [
  { label: "State" },
  { label: "City" },
  { label: "Name" },
  { label: "Instances", right: true },
  { label: "CPU used", right: true },
  { label: "CPU free", right: true },
  { label: "Memory free", right: true },
  { label: "Reserved", right: true },
  { label: "CPU hour", right: true },
  { label: "Carbon", right: true },
  { label: "Heard", right: true },
  { label: "Drain" },
];

export function DataCentersPage() {
  const places = useQuery(useTRPC().dataCenters.list.queryOptions());
  const now = useNow();
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
      {places.data?.map((place) => (
        <LossNotice key={place.metadata.name} place={place} />
      ))}
      {places.data && places.data.length > 0 ? (
        <DataTable caption="Data centres" columns={COLUMNS}>
          {places.data.map((place) => {
            const { metadata, spec, status } = place;
            return (
              <tr key={metadata.name}>
                <td>
                  <Status state={status.state} />
                </td>
                <td>
                  <Link className="link" href={`/?place=${metadata.name}`}>
                    {spec.location.city ?? metadata.name}, {spec.location.country}
                  </Link>
                </td>
                <td className="mono f12">{metadata.name}</td>
                <td className="r">{status.instances}</td>
                <td className="r">{number(status.used.cpuMillicores / 1000)}</td>
                <td className="r">{number(status.free.cpuMillicores / 1000)}</td>
                <td className="r">{bytes(status.free.memoryMiB * MIB)}</td>
                <td className="r">{number(status.reserved.cpuMillicores / 1000)}</td>
                <td className="r">{spec.price === null ? "–" : `${number(spec.price.cpuHour)} $`}</td>
                <td className="r">{spec.carbon === null ? "–" : `${number(spec.carbon.gramsPerKWh)} g`}</td>
                <td className="r t2">{ago(status.lastSeenAt, now)}</td>
                <td>
                  <DrainButton place={place} />
                </td>
              </tr>
            );
          })}
        </DataTable>
      ) : null}
      <CommandLine text="geostitch get data-centers" />
    </main>
  );
}
