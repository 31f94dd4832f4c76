"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { parseAsBoolean, useQueryState } from "nuqs";
import { IconArrowsExchange, IconDatabase, IconServer2 } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { ComponentDto } from "../../server/api/shapes/index.ts";
import { MigrateDialog, type MigrateTarget } from "../migrations-page/migrate-dialog.tsx";
import { MigrationTable } from "../migrations-page/list.tsx";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { UsersServed } from "../world-map/users-served.tsx";
import { Facts, InstanceTable, Neighbours } from "./detail-cards.tsx";
import { LatencyCard } from "./latency-card.tsx";
import { keyOf } from "./prepare.ts";

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
        <div className="col g4">
          <nav className="row g6 f12 t2" aria-label="Where this is">
            <Link className="link" href="/components">
              Components
            </Link>
            <span aria-hidden="true">›</span>
            <Link className="link" href={`/components?q=${encodeURIComponent(component.metadata.application)}`}>
              {component.metadata.application}
            </Link>
            <span aria-hidden="true">›</span>
            <span>{component.metadata.name}</span>
          </nav>
          <Headline component={component} />
        </div>
        <div className="col" style={{ alignItems: "end", gap: 4 }}>
          <button
            type="button"
            className="ctl lg primary"
            disabled={from === undefined || status.migration !== null}
            onClick={() => setMigrating(true)}
          >
            <IconArrowsExchange size={16} stroke={1.8} aria-hidden="true" />
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
          <LatencyCard component={key} target={spec.performance.latencyMsP95} migrations={migrations.data ?? []} />
          <InstanceTable instances={instances.data ?? []} />
          <h2 className="hd">Recent migrations</h2>
          <MigrationTable narrow migrations={migrations.data ?? []} empty={`${key} has not moved yet.`} />
        </div>
        <div className="col14">
          <section className="card pad">
            <UsersServed component={key} />
          </section>
          <Facts component={component} />
          <Neighbours component={component} />
        </div>
      </div>
      <CommandLine text={`geostitch get component ${key}`} />
      <MigrateDialog target={target} onClose={() => setMigrating(false)} />
    </main>
  );
}

/** Name, state, place and what it keeps, in one line. */
function Headline({ component }: { component: ComponentDto }) {
  const nameOf = usePlaceNames();
  const { status, spec } = component;
  const places = status.placements.map(
    ({ dataCenter, instances }) => `${nameOf(dataCenter)}, ${instances} ${instances === 1 ? "instance" : "instances"}`,
  );
  return (
    <div className="row g12 wrap">
      <h1 className="title">{keyOf(component)}</h1>
      <Status state={status.state} chip />
      <span className="row g6 t2">
        <IconServer2 size={15} stroke={1.6} aria-hidden="true" />
        {places.join("; ") || "runs nowhere yet"}
      </span>
      <span className="row g6 t2">
        <IconDatabase size={15} stroke={1.6} aria-hidden="true" />
        {spec.state.kind === "stateless" ? "stateless" : `${spec.state.kind} state`}
      </span>
      <span className="t3">
        version {spec.version}, epoch {status.epoch}
      </span>
    </div>
  );
}
