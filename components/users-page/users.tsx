"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { keyOf } from "../components-page/prepare.ts";
import { useMoveSpans } from "../kpi-charts/use-move-spans.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { useKeys } from "../ui/keys.ts";
import { Options } from "../ui/options.tsx";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { RangeSwitch, useRange } from "../ui/range.tsx";
import { MapOrTable } from "../ui/segmented.tsx";
import { CountriesTable } from "../world-map/countries-table.tsx";
import { useSpan } from "../time/use-span.ts";
import { useSmallScreen } from "../world-map/use-small-screen.ts";
import { PlacesKnown } from "./places-known.tsx";
import { RegionCharts } from "./region-charts.tsx";
import { RegionTable } from "./region-table.tsx";
import { UsersMap } from "./users-map.tsx";

/** Where users are, and what they get. */
export function UsersPage() {
  const trpc = useTRPC();
  const { connected } = useLive();
  const [component, setComponent] = useQueryState("component", parseAsString);
  const [table, setTable] = useQueryState("table", parseAsBoolean.withDefault(false));
  const [resolution, setResolution] = useState(2);
  const [range] = useRange();
  const small = useSmallScreen();
  const span = useSpan(range.minutes);
  const moves = useMoveSpans({ span, component });
  const components = useQuery(trpc.components.list.queryOptions()).data ?? [];
  const target = components.find((entry) => keyOf(entry) === component)?.spec.performance.latencyMsP95 ?? null;
  const live = { refetchInterval: 15_000, placeholderData: <T,>(before: T) => before };
  const density = useQuery({ ...trpc.users.density.queryOptions({ ...span, component, resolution }), ...live });
  const latency = useQuery({
    ...trpc.users.latency.queryOptions({ ...span, component, ...(range.step === undefined ? {} : { step: range.step }) }),
    ...live,
  });
  useKeys({ v: () => void setTable(!table) });
  const nobody = latency.data?.series.every(({ whole }) => whole.requestsPerSecond === null) === true;
  const asTable = table || small;
  return (
    <main className="page">
      <div className="row g12 wrap sb">
        <h1 className="title">Users & traffic</h1>
        <div className="row g8 wrap">
          <select
            aria-label="Users of"
            className="pick"
            value={component ?? ""}
            onChange={(event) => void setComponent(event.target.value || null)}
          >
            <Options of={[["", "All components"], ...components.map(keyOf)]} />
          </select>
          <RangeSwitch />
          {small ? null : <MapOrTable of="Users" {...{ table, setTable }} />}
        </div>
      </div>
      {density.error ? <Problem error={density.error} retry={() => void density.refetch()} /> : null}
      {latency.error ? <Problem error={latency.error} retry={() => void latency.refetch()} /> : null}
      {nobody ? (
        <Empty title={`Nobody has asked ${component === null ? "anything" : `for ${component}`} in the ${range.words}.`}>
          {component === null ? (
            <span>Users appear here once their requests pass the gateway.</span>
          ) : (
            <button type="button" className="ctl" onClick={() => void setComponent(null)}>
              Show the users of all components
            </button>
          )}
        </Empty>
      ) : null}
      <div className={connected ? "cols2" : "cols2 stale"}>
        {asTable ? (
          <CountriesTable density={density.data ?? null} period={range.words.replace("last ", "")} />
        ) : (
          <UsersMap density={density.data ?? null} onResolution={setResolution} onNoWebGl={() => void setTable(true)} />
        )}
        {latency.data ? (
          <RegionTable latency={latency.data} target={target} words={range.words} isOne={component !== null} />
        ) : (
          <Loading what="users by region" height={240} />
        )}
      </div>
      {latency.data && !nobody ? <RegionCharts latency={latency.data} target={target} words={range.words} spans={moves} /> : null}
      <PlacesKnown density={density.data ?? null} />
      <CommandLine
        text={`curl -H "Authorization: Bearer $GEOSTITCH_API_KEY" "$GEOSTITCH_SERVER/api/v1/users/density?resolution=2"`}
      />
    </main>
  );
}
