"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import type { RoutingDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { useKeys } from "../ui/keys.ts";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { MapOrTable } from "../ui/segmented.tsx";
import { Time } from "../ui/time.tsx";
import { useSmallScreen } from "../world-map/use-small-screen.ts";
import { CatchmentMap } from "./catchment-map.tsx";
import { EntriesTable } from "./entries-table.tsx";
import { destinationsOf, entryRows, publishedWords } from "./prepare.ts";
import { Simulate } from "./simulate.tsx";

/** Where each entry sends users, whether it has the newest routes, and where a user of anywhere would go. */
export function RoutingPage() {
  const { connected } = useLive();
  const routing = useQuery({ ...useTRPC().routing.table.queryOptions(), refetchInterval: 5_000 });
  return (
    <main className="page">
      <h1 className="title">Routing</h1>
      {routing.error ? <Problem error={routing.error} retry={() => void routing.refetch()} /> : null}
      {routing.data ? (
        <div className={connected ? "col14" : "col14 stale"}>
          <Routes routing={routing.data} />
        </div>
      ) : routing.error ? null : (
        <Loading what="routes" height={320} />
      )}
      <CommandLine text="geostitch get routing" />
    </main>
  );
}

function Routes({ routing }: { routing: RoutingDto }) {
  const nameOf = usePlaceNames();
  const small = useSmallScreen();
  const [chosen, setChosen] = useQueryState("component", parseAsString);
  const [table, setTable] = useQueryState("table", parseAsBoolean.withDefault(false));
  const [asked, setAsked] = useQueryState("from", parseAsString.withDefault(""));
  useKeys({ v: () => void setTable(!table) });
  const byUsers = [...routing.components].sort(
    (a, b) =>
      Number(b.entrypoint) - Number(a.entrypoint) ||
      b.requestsPerSecond - a.requestsPerSecond ||
      a.component.localeCompare(b.component),
  );
  const component = byUsers.find((entry) => entry.component === chosen) ?? byUsers[0];
  const rows = useMemo(() => (component ? entryRows(routing, component) : []), [routing, component]);
  if (!component)
    return (
      <Empty title="No routes yet." command="geostitch apply -f manifest.yaml">
        <span>Routes are published as soon as a component has a ready instance.</span>
      </Empty>
    );
  const destinations = destinationsOf(component);
  return (
    <>
      <div className="row g12 wrap sb">
        <p className="t2">
          {publishedWords(routing, nameOf)}{" "}
          <span className="t3">
            Published <Time at={routing.publishedAt} />.
          </span>
        </p>
        <div className="row g8 wrap">
          <select
            className="pick"
            aria-label="Routes of"
            value={component.component}
            onChange={(event) => void setChosen(event.target.value)}
          >
            {byUsers.map((entry) => (
              <option key={entry.component} value={entry.component}>
                {entry.component}
                {entry.entrypoint ? "" : ", internal"}
              </option>
            ))}
          </select>
          {small ? null : <MapOrTable of="Catchments" {...{ table, setTable }} />}
        </div>
      </div>
      <div className={table || small ? "col14" : "cols2"}>
        {table || small ? null : (
          <CatchmentMap
            component={component.component}
            rows={rows}
            destinations={destinations}
            onNoWebGl={() => void setTable(true)}
          />
        )}
        <Simulate component={component.component} asked={asked} ask={(text) => void setAsked(text || null)} />
      </div>
      <EntriesTable component={component.component} rows={rows} />
    </>
  );
}
