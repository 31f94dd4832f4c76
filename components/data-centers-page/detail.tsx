"use client";

import { useQuery } from "@tanstack/react-query";
import { IconX } from "@tabler/icons-react";
import type { ComponentDto, DataCenterDto, InstanceDto, MigrationDto } from "../../server/api/shapes/index.ts";
import { hasEnded, stepLabel } from "../migrations-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { DataTable, TableFoot } from "../ui/data-table.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { CommandLine, KeyValues } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { DrainButton } from "./drain-button.tsx";
import { Cordon } from "./cordon-dialog.tsx";
import { GaugeCard } from "./gauge.tsx";
import { agentsHere, componentsHere, costHere, gaugesOf, roundTripsFrom } from "./prepare.ts";
import { HiddenHead } from "../ui/hidden-head.tsx";

interface DetailProps {
  readonly place: DataCenterDto;
  readonly components: readonly ComponentDto[];
  readonly instances: readonly InstanceDto[];
  readonly migrations: readonly MigrationDto[];
  readonly close: () => void;
}

/** One data centre: what it holds, what it costs, what runs there and how far it is from the others. */
export function DataCenterDetail({ place, components, instances, migrations, close }: DetailProps) {
  const { metadata, spec, status } = place;
  const { price, carbon, location } = spec;
  const cost = costHere(place, components, instances);
  const facts = [
    ["Costs here", cost === null ? "no price" : `${number(cost.amount)} ${cost.currency}/h`],
    ["CPU hour", price === null ? "–" : `${number(price.cpuHour)} ${price.currency}`],
    ["GiB of memory, hour", price === null ? "–" : `${number(price.memoryGiBHour)} ${price.currency}`],
    ["GiB out", price === null ? "–" : `${number(price.egressGiB)} ${price.currency}`],
    ["Carbon", carbon === null ? "–" : `${number(carbon.gramsPerKWh)} g/kWh`],
    ["Driver", spec.runtime.driver],
  ] as const;
  const silent = status.state === "unreachable";
  return (
    <section className={silent ? "card pad col14 silentplace" : "card pad col14"} aria-label={`Data centre ${metadata.name}`}>
      <div className="row sb g12 wrap">
        <div>
          <h2 className="hd" style={{ fontSize: 16 }}>
            {location.city ?? metadata.name}
            <Status state={status.state} />
          </h2>
          <span className="mono t2 f12">
            {metadata.name} · {location.country}
          </span>
        </div>
        <div className="row g8" data-actions="data-center">
          <Link className="ctl" href={`/?place=${encodeURIComponent(metadata.name)}`}>
            On the map
          </Link>
          <Cordon place={place} />
          <DrainButton place={place} />
          <button type="button" className="ctl ghost icon" onClick={close} aria-label="Close">
            <IconX size={16} stroke={1.6} aria-hidden="true" />
          </button>
        </div>
      </div>
      {silent ? (
        <p className="note warn">
          Last heard <Time at={status.lastSeenAt} none="never" />. Shown as it was then.
        </p>
      ) : null}
      <div className="row g16 wrap">
        {gaugesOf(place).map((gauge) => (
          <GaugeCard key={gauge.label} gauge={gauge} />
        ))}
      </div>
      <KeyValues rows={facts} />
      <Running place={metadata.name} components={components} />
      <Moving place={metadata.name} migrations={migrations} />
      <RoundTrips place={metadata.name} />
      <Agents place={metadata.name} instances={instances} />
      <CommandLine text={`geostitch get data-center ${metadata.name}`} />
    </section>
  );
}

function Running({ place, components }: { place: string; components: readonly ComponentDto[] }) {
  const here = componentsHere(place, components);
  return (
    <div>
      <h3 className="hd">
        Components <span className="sub">{here.length}</span>
      </h3>
      {here.length === 0 ? <p className="t2 f12">Nothing runs here.</p> : null}
      <table className="dense">
        <HiddenHead columns={["Component", "State", "Instances"]} />
        <tbody>
          {here.map(({ component, state, ready, instances }) => (
            <tr key={component}>
              <td>
                <Link className="link" href={`/components/${component}`}>
                  {component}
                </Link>
              </td>
              <td>
                <Status state={state} />
              </td>
              <td className="r t2">
                {ready} of {instances} ready
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {here.length === 0 ? null : <TableFoot name={`components-${place}`} rows={here} />}
    </div>
  );
}

function Moving({ place, migrations }: { place: string; migrations: readonly MigrationDto[] }) {
  const nameOf = usePlaceNames();
  const moving = migrations.filter((move) => !hasEnded(move) && (move.from === place || move.to === place));
  if (moving.length === 0) return null;
  return (
    <div>
      <h3 className="hd">
        Moving now <span className="sub">{moving.length}</span>
      </h3>
      {moving.map(({ id, component, from, to, step }) => (
        <Link key={id} className="row g8 f12 link" href={`/migrations/${id}`}>
          {component} {to === place ? `from ${nameOf(from)}` : `to ${nameOf(to)}`},{" "}
          {step === null ? "waits" : stepLabel(step).toLowerCase()}
        </Link>
      ))}
    </div>
  );
}

const WAY_COLUMNS = [
  { label: "To" },
  { label: "RTT", right: true },
  { label: "Is", right: true },
  { label: "Given", right: true },
  { label: "Probed", right: true },
] as const;

function RoundTrips({ place }: { place: string }) {
  const nameOf = usePlaceNames();
  const connectivity = useQuery({ ...useTRPC().connectivity.matrix.queryOptions(), staleTime: 30_000 }).data;
  const rows = connectivity ? roundTripsFrom(place, connectivity) : [];
  if (rows.length === 0) return null;
  return (
    <div className="col g4">
      <h3 className="hd">Round trips</h3>
      <DataTable
        tight
        caption={`Round trips from ${place}`}
        columns={WAY_COLUMNS}
        exported={{ name: `round-trips-${place}`, rows, path: "/connectivity" }}
      >
        {rows.map(({ to, rttMs, rttFrom, givenRttMs, lastAt }) => (
          <tr key={to}>
            <td>
              <Link className="link" href={`/connectivity?pair=${encodeURIComponent(`${place}~${to}`)}`}>
                {nameOf(to)}
              </Link>
            </td>
            <td className="r">{milliseconds(rttMs)}</td>
            <td className="r t2">{rttFrom}</td>
            <td className="r t2">{milliseconds(givenRttMs)}</td>
            <td className="r t2">
              <Time at={lastAt} />
            </td>
          </tr>
        ))}
      </DataTable>
    </div>
  );
}

function Agents({ place, instances }: { place: string; instances: readonly InstanceDto[] }) {
  const agents = useQuery({ ...useTRPC().agents.page.queryOptions({ limit: 500 }), refetchInterval: 10_000 }).data?.items ?? [];
  const here = agentsHere(place, instances, agents);
  return (
    <div>
      <h3 className="hd">
        Agents <span className="sub">{here.length}</span>
      </h3>
      {here.length === 0 ? <p className="t2 f12">No agent stands here.</p> : null}
      <table className="dense">
        <HiddenHead columns={["Instance", "Component", "Heard"]} />
        <tbody>
          {here.map(({ instance, component, lastSeenAt }) => (
            <tr key={instance}>
              <td className="mono">{instance}</td>
              <td className="t2">{component}</td>
              <td className="r t2">
                heard <Time at={lastSeenAt} none="never" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {here.length === 0 ? null : <TableFoot name={`agents-${place}`} rows={here} />}
    </div>
  );
}
