"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useCallback, useMemo } from "react";
import type { PlanDto, ScoresDto } from "../../server/api/shapes/index.ts";
import { keyOf } from "../components-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { Loading } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { useSmallScreen } from "../world-map/use-small-screen.ts";
import { callGraph, callsAfter, networkWaitMs, type Call } from "./graph-prepare.ts";

const CallFlow = dynamic(() => import("./call-flow.tsx").then((module) => module.CallFlow), {
  ssr: false,
  loading: () => <Loading what="the graph" height={260} />,
});

const COLUMNS: readonly Column[] = [
  { label: "Caller" },
  { label: "Calls" },
  { label: "From" },
  { label: "To" },
  { label: "Calls/s", right: true },
  { label: "RTT", right: true },
  { label: "Wait/s", right: true },
];

interface DependenciesProps {
  readonly scores: ScoresDto;
  /** The plan that waits, if it moves this component. */
  readonly plan: PlanDto | null;
}

/** Who calls whom from where: on a map of places, or as a table. */
export function Dependencies({ scores, plan }: DependenciesProps) {
  const [as, setAs] = useQueryState("calls", parseAsStringLiteral(["graph", "table"] as const).withDefault("graph"));
  const [when, setWhen] = useQueryState("when", parseAsStringLiteral(["now", "after"] as const).withDefault("now"));
  const small = useSmallScreen();
  const matrix = useQuery({ ...useTRPC().links.matrix.queryOptions(), staleTime: 60_000 }).data;
  const to = plan?.moves.find(({ component }) => component === scores.component)?.to ?? null;
  const calls = useMemo(() => {
    if (to === null || when === "now") return scores.calls;
    const rtt = new Map(matrix?.map((pair) => [`${pair.from}>${pair.to}`, pair.rttMs]));
    return callsAfter(scores.calls, { component: scores.component, to }, (from, target) => rtt.get(`${from}>${target}`) ?? null);
  }, [scores.calls, scores.component, matrix, to, when]);
  const wait = networkWaitMs(calls);
  return (
    <section>
      <div className="row sb wrap g12">
        <h2 className="hd">
          Dependencies by place <span className="sub">width is calls × RTT, dashed is 60 ms and more</span>
        </h2>
        <span className="row g12 wrap">
          <span className="f12 t2">
            Network wait <span className="s worse">{milliseconds(Math.round(wait))}</span> in each second
          </span>
          {to === null ? null : (
            <Segmented
              label="When"
              value={when}
              onChange={(next) => void setWhen(next)}
              options={[
                { value: "now", label: "Now" },
                { value: "after", label: "After the plan" },
              ]}
            />
          )}
          {small ? null : (
            <Segmented
              label="Dependencies as"
              value={as}
              onChange={(next) => void setAs(next)}
              options={[
                { value: "graph", label: "Graph" },
                { value: "table", label: "Table" },
              ]}
            />
          )}
        </span>
      </div>
      {calls.length === 0 ? (
        <p className="t2 f12">It calls nobody, and nobody calls it.</p>
      ) : as === "table" || small ? (
        <CallTable calls={calls} />
      ) : (
        <Graph component={scores.component} calls={calls} />
      )}
    </section>
  );
}

function Graph({ component, calls }: { component: string; calls: readonly Call[] }) {
  const trpc = useTRPC();
  const nameOf = usePlaceNames();
  const components = useQuery(trpc.components.list.queryOptions()).data;
  const minute = useQuery({ ...trpc.kpis.lastMinute.queryOptions(), refetchInterval: 10_000 }).data;
  const graph = useMemo(() => callGraph(component, calls), [component, calls]);
  const factsOf = useCallback(
    (key: string) => ({
      state: components?.find((entry) => keyOf(entry) === key)?.status.state ?? "pending",
      latencyMsP95: minute?.components.find((entry) => entry.component === key)?.latencyMs.p95 ?? null,
    }),
    [components, minute],
  );
  // Another set of places is another picture: it is fitted anew.
  const shape = graph.boxes.map(({ place }) => place).join(" ");
  return <CallFlow key={shape} component={component} graph={graph} nameOf={nameOf} factsOf={factsOf} />;
}

function CallTable({ calls }: { calls: readonly Call[] }) {
  const nameOf = usePlaceNames();
  const rows = [...calls].sort((a, b) => (b.callsPerSecond ?? 0) * b.rttMs - (a.callsPerSecond ?? 0) * a.rttMs);
  const link = (key: string) => (
    <Link className="link" href={`/components/${key}`}>
      {key.split("/").at(-1)}
    </Link>
  );
  return (
    <DataTable caption="Dependencies by place" columns={COLUMNS} exported={{ name: "dependencies", rows: calls }}>
      {rows.map(({ from, to, fromDataCenter, toDataCenter, callsPerSecond, rttMs }) => (
        <tr key={`${from}>${to}`}>
          <td>{link(from)}</td>
          <td>{link(to)}</td>
          <td>{nameOf(fromDataCenter)}</td>
          <td>{nameOf(toDataCenter)}</td>
          <td className="r">{number(callsPerSecond)}</td>
          <td className="r">{milliseconds(rttMs)}</td>
          <td className="r">{callsPerSecond === null ? "–" : milliseconds(callsPerSecond * rttMs)}</td>
        </tr>
      ))}
    </DataTable>
  );
}
