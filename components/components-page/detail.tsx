"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { parseAsBoolean, useQueryState } from "nuqs";
import { useEffect, useState } from "react";
import type { ComponentDto, InstanceDto } from "../../server/api/shapes/index.ts";
import { LatencyChart } from "../kpi-charts/line-chart.tsx";
import { latencyRows, regionRows } from "../kpi-charts/prepare.ts";
import { MigrateDialog, type MigrateTarget } from "../migrations-page/migrate-dialog.tsx";
import { MigrationTable } from "../migrations-page/list.tsx";
import { useTRPC } from "../trpc/client.ts";
import { ago, milliseconds, number } from "../ui/format.ts";
import { CommandLine, Loading, Problem, useNow } from "../ui/parts.tsx";
import { PlaceName, usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { keyOf, neighboursOf } from "./prepare.ts";

export function ComponentPage({ component: key }: { component: string }) {
  const trpc = useTRPC();
  const component = useQuery(trpc.components.get.queryOptions({ component: key }));
  if (component.data) return <Detail component={component.data} />;
  return (
    <main className="page">
      <h1 className="title">{key}</h1>
      {component.error ? (
        <Problem error={component.error} retry={() => void component.refetch()} />
      ) : (
        <Loading what={key} height={320} />
      )}
    </main>
  );
}

function Detail({ component }: { component: ComponentDto }) {
  const key = keyOf(component);
  const trpc = useTRPC();
  // A link may ask for the dialog; once it is open the address is the page's own again.
  const [asked, setAsked] = useQueryState("migrate", parseAsBoolean.withDefault(false));
  const [migrating, setMigrating] = useState(false);
  useEffect(() => {
    if (!asked) return;
    setMigrating(true);
    void setAsked(null);
  }, [asked, setAsked]);
  const instances = useQuery(trpc.instances.list.queryOptions({ component: key }));
  const migrations = useQuery(trpc.migrations.list.queryOptions({ component: key, limit: 10 }));
  const { status, spec } = component;
  const from = status.placements[0]?.dataCenter;
  const target: MigrateTarget | null =
    migrating && from !== undefined && status.migration === null ? { component: key, from } : null;
  return (
    <main className="page">
      <div className="row g12 sb wrap">
        <div className="row g12">
          <h1 className="title">{key}</h1>
          <Status state={status.state} chip />
          <span className="t2">
            version {spec.version}, epoch {status.epoch}
          </span>
        </div>
        <div className="col" style={{ alignItems: "end", gap: 4 }}>
          <button
            type="button"
            className="ctl lg primary"
            disabled={from === undefined || status.migration !== null}
            onClick={() => setMigrating(true)}
          >
            Migrate
          </button>
          {status.migration === null ? null : (
            <Link className="link f12" href={`/migrations/${status.migration}`}>
              It is moving now
            </Link>
          )}
        </div>
      </div>
      <div className="cols2">
        <div className="col14">
          <LatencyCard component={key} target={spec.performance.latencyMsP95} />
          <InstanceTable instances={instances.data ?? []} />
          <h2 className="hd">Recent migrations</h2>
          <MigrationTable narrow migrations={migrations.data ?? []} empty={`${key} has not moved yet.`} />
        </div>
        <div className="col14">
          <Facts component={component} />
          <Neighbours component={component} />
        </div>
      </div>
      <CommandLine text={`geostitch get component ${key}`} />
      <MigrateDialog target={target} onClose={() => setMigrating(false)} />
    </main>
  );
}

function LatencyCard({ component, target }: { component: string; target: number | null }) {
  const trpc = useTRPC();
  const kpis = useQuery({
    ...trpc.kpis.read.queryOptions({ component, step: 10, from: minutesAgo(15) }),
    refetchInterval: 10_000,
  });
  const users = useQuery({
    ...trpc.users.latency.queryOptions({ component, step: 10, from: minutesAgo(15) }),
    refetchInterval: 10_000,
  });
  const rows = kpis.data ? latencyRows(kpis.data) : [];
  const byRegion = users.data ? regionRows(users.data) : { regions: [], rows: [] };
  return (
    <section className="card pad">
      <h2 className="hd">
        Latency <span className="sub">ms, all requests, last 15 min</span>
      </h2>
      {kpis.error ? <Problem error={kpis.error} retry={() => void kpis.refetch()} /> : null}
      {kpis.data && rows.length === 0 ? (
        <p className="t2" style={{ padding: "24px 0" }}>
          No request has been seen in the last 15 min.
        </p>
      ) : (
        <LatencyChart
          label={`Latency of ${component}`}
          rows={rows}
          target={target}
          spans={[]}
          series={[
            { key: "p95", label: "p95", color: 1 },
            { key: "p99", label: "p99", color: 2, dash: "2 2" },
            { key: "p50", label: "p50", color: 3, dash: "5 2" },
          ]}
        />
      )}
      {byRegion.rows.length > 0 ? (
        <>
          <h3 className="hd" style={{ marginTop: 12 }}>
            What users feel <span className="sub">ms, p95 by region</span>
          </h3>
          <LatencyChart
            label="Latency by user region"
            rows={byRegion.rows}
            target={null}
            spans={[]}
            height={180}
            series={byRegion.regions.map((region, index) => ({
              key: region,
              label: region,
              color: index + 1,
              ...(index === 0 ? {} : { dash: "5 2" }),
            }))}
          />
        </>
      ) : null}
    </section>
  );
}

/** Rounded to ten seconds, so that a redraw asks the same question and finds it answered. */
const minutesAgo = (minutes: number): string =>
  new Date(Math.floor(Date.now() / 10_000) * 10_000 - minutes * 60_000).toISOString();

function InstanceTable({ instances }: { instances: readonly InstanceDto[] }) {
  const now = useNow();
  const nameOf = usePlaceNames();
  return (
    <section>
      <h2 className="hd" style={{ marginBottom: 8 }}>
        Instances <span className="sub">{instances.length}</span>
      </h2>
      <div className="card tablewrap">
        <table className="data">
          <thead>
            <tr>
              <th>State</th>
              <th>Name</th>
              <th>Data centre</th>
              <th className="r">Process</th>
              <th className="r">Restarts</th>
              <th className="r">Since</th>
              <th>Last end</th>
            </tr>
          </thead>
          <tbody>
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
                <td className="r t2">{ago(instance.startedAt, now)}</td>
                <td className="t2">{instance.lastExit ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Facts({ component }: { component: ComponentDto }) {
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
      <dl className="kv">
        {facts.map(([label, value]) => (
          <div key={label} style={{ display: "contents" }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Neighbours({ component }: { component: ComponentDto }) {
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
    </section>
  );
}
