"use client";

import { useQuery } from "@tanstack/react-query";
import type { ComponentDto, InstanceDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { DataTable, TableFoot, type Column } from "../ui/data-table.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { KeyValues } from "../ui/parts.tsx";
import { Time } from "../ui/time.tsx";
import { PlaceName, usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { neighboursOf } from "./prepare.ts";

const INSTANCE_COLUMNS: readonly Column[] = [
  { label: "State" },
  { label: "Name" },
  { label: "Data centre" },
  { label: "Process", right: true },
  { label: "Restarts", right: true },
  { label: "Since", right: true },
  { label: "Last end" },
];

export function InstanceTable({ instances }: { instances: readonly InstanceDto[] }) {
  const nameOf = usePlaceNames();
  return (
    <section>
      <h2 className="hd" style={{ marginBottom: 8 }}>
        Instances <span className="sub">{instances.length}</span>
      </h2>
      <DataTable
        caption="Instances"
        columns={INSTANCE_COLUMNS}
        exported={{ name: "instances", rows: instances, command: "geostitch get instances -o json", path: "/instances" }}
      >
        {instances.map((instance) => (
          <tr key={instance.name}>
            <td>
              <Status state={instance.state} />
            </td>
            <td className="mono f12">{instance.name}</td>
            <td>
              <PlaceName id={instance.dataCenter} names={nameOf} />
            </td>
            <td className="r mono f12">{instance.pid ?? "–"}</td>
            <td className="r">{instance.restarts}</td>
            <td className="r t2">
              <Time at={instance.startedAt} />
            </td>
            <td className="t2">{instance.lastExit ?? "–"}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

export function Facts({ component }: { component: ComponentDto }) {
  const { resources, replicas, state, placement, network, performance } = component.spec;
  const list = (values: readonly string[]): string => (values.length === 0 ? "anywhere" : values.join(", "));
  const facts = [
    ["Asks for", `${resources.cpu} CPU, ${resources.memory}, ${resources.storage} disk`],
    ["Replicas", `${replicas.min} to ${replicas.max}`],
    ["State", state.kind === "stateless" ? "none" : `${state.kind}, by ${state.driver ?? "–"}`],
    ["Allowed in", list([...placement.allow.countries, ...placement.allow.dataCenters])],
    [
      "Prefers",
      placement.prefer.countries.length + placement.prefer.dataCenters.length === 0
        ? "nothing"
        : list([...placement.prefer.countries, ...placement.prefer.dataCenters]),
    ],
    ["Pinned to", placement.pinned ?? "nothing"],
    ["Target p95", milliseconds(performance.latencyMsP95)],
    ["Readiness", network.readiness?.path ?? "its port"],
  ] as const;
  return (
    <section className="card pad">
      <h2 className="hd" style={{ marginBottom: 8 }}>
        Manifest <span className="sub">generation {component.metadata.generation}</span>
      </h2>
      <KeyValues rows={facts} />
    </section>
  );
}

export function Neighbours({ component }: { component: ComponentDto }) {
  const trpc = useTRPC();
  const components = useQuery(trpc.components.list.queryOptions());
  const matrix = useQuery(trpc.links.matrix.queryOptions());
  const nameOf = usePlaceNames();
  const neighbours = neighboursOf({ component, components: components.data ?? [], matrix: matrix.data ?? [] });
  return (
    <section className="card pad">
      <h2 className="hd">Dependencies</h2>
      {neighbours.length === 0 ? <p className="t2">It calls nobody, and nobody calls it.</p> : null}
      <table>
        <thead className={neighbours.length === 0 ? "sr" : ""}>
          <tr>
            <th>Component</th>
            <th>Runs in</th>
            <th className="r">Calls</th>
            <th className="r">RTT</th>
          </tr>
        </thead>
        <tbody>
          {neighbours.map((neighbour) => (
            <tr key={`${neighbour.direction} ${neighbour.key}`}>
              <td>
                <span className="t3 f12">{neighbour.direction} </span>
                <Link className="link" href={`/components/${neighbour.key}`}>
                  {neighbour.key.split("/")[1]}
                </Link>
                {neighbour.cycle ? (
                  <span className="chip out" style={{ marginLeft: 6 }}>
                    cycle
                  </span>
                ) : null}
              </td>
              <td>{neighbour.places.map(nameOf).join(", ") || "–"}</td>
              <td className="r">{number(neighbour.callsPerRequest)}</td>
              <td className="r">{milliseconds(neighbour.rttMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {neighbours.length === 0 ? null : <TableFoot name={`dependencies-${component.metadata.name}`} rows={neighbours} />}
    </section>
  );
}
