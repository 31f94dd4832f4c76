"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { PlanNow } from "../plans-page/plan-now.tsx";
import type { ComponentDto, InstanceDto, LastMinuteDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { milliseconds, number } from "../ui/format.ts";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { useThreshold } from "../ui/use-threshold.ts";
import { ScoreCell } from "./score-cell.tsx";
import { componentRows, type ComponentSort } from "./prepare.ts";
import { TableFoot } from "../ui/data-table.tsx";

const COLUMNS: readonly { key: ComponentSort; label: string; right?: boolean }[] = [
  { key: "state", label: "State" },
  { key: "name", label: "Component" },
  { key: "place", label: "Runs in" },
  { key: "instances", label: "Ready", right: true },
  { key: "requests", label: "Req/s", right: true },
  { key: "p95", label: "p95", right: true },
  { key: "score", label: "Score now, best" },
  { key: "restarts", label: "Restarts", right: true },
  { key: "epoch", label: "Epoch", right: true },
];

const ASKED_MAX = 60;

export function ComponentsPage() {
  const trpc = useTRPC();
  const components = useQuery(trpc.components.list.queryOptions());
  const instances = useQuery(trpc.instances.list.queryOptions());
  const minute = useQuery({ ...trpc.kpis.lastMinute.queryOptions(), refetchInterval: 10_000 });
  return (
    <main className="page">
      <h1 className="title">Components</h1>
      {components.error ? <Problem error={components.error} retry={() => void components.refetch()} /> : null}
      {components.data === undefined ? (
        components.error ? null : (
          <Loading what="components" height={320} />
        )
      ) : (
        <ComponentTable components={components.data} instances={instances.data ?? []} minute={minute.data?.components ?? []} />
      )}
    </main>
  );
}

interface ComponentTableProps {
  readonly components: readonly ComponentDto[];
  readonly instances: readonly InstanceDto[];
  readonly minute: LastMinuteDto["components"];
}

function ComponentTable({ components, instances, minute }: ComponentTableProps) {
  const [filter, setFilter] = useQueryState("q", parseAsString.withDefault(""));
  const nameOf = usePlaceNames();
  const [sort, setSort] = useQueryState("sort", parseAsString.withDefault("name"));
  const threshold = useThreshold();
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const rows = componentRows({ components, instances, minute, filter, sort, nameOf });
  // Only what is shown counts: nobody plans for a row that the filter hides.
  const chosen = rows.map(({ key }) => key).filter((key) => marked.has(key));
  const mark = (key: string): void =>
    setMarked(new Set(marked.has(key) ? [...marked].filter((other) => other !== key) : [...marked, key]));
  if (components.length === 0) {
    return (
      <Empty title="No component is registered." command="geostitch apply -f manifest.yaml">
        <span>Write a manifest of each part of your application and apply it.</span>
      </Empty>
    );
  }
  return (
    <>
      <div className="row g12">
        <input
          type="search"
          style={{ maxWidth: 320 }}
          placeholder="Filter by name, place or state ( / )"
          aria-label="Filter components"
          value={filter}
          onChange={(event) => void setFilter(event.target.value || null)}
        />
        <span className="t2 f12">
          {rows.length} of {components.length}
        </span>
        {chosen.length === 0 ? null : (
          <>
            <span className="t2 f12">{chosen.length} marked</span>
            <PlanNow components={chosen} />
          </>
        )}
      </div>
      {rows.length === 0 ? (
        <Empty title={`“${filter}” leaves nothing.`}>
          <button type="button" className="ctl" onClick={() => void setFilter(null)}>
            Remove it
          </button>
        </Empty>
      ) : (
        <div className="card tablewrap">
          <table className="data">
            <thead>
              <tr>
                <th>
                  <span className="sr">Mark</span>
                </th>
                {COLUMNS.map(({ key, label, right }) => (
                  <th key={key} className={right ? "r" : ""} aria-sort={sort === key ? "ascending" : undefined}>
                    <button type="button" onClick={() => void setSort(key)}>
                      {label}
                      {sort === key ? " ↓" : ""}
                    </button>
                  </th>
                ))}
                <th>State kept</th>
                <th className="r">Depends on</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key} data-link>
                  <td style={{ width: 32 }}>
                    <input
                      type="checkbox"
                      className="mark"
                      checked={marked.has(row.key)}
                      onChange={() => mark(row.key)}
                      aria-label={`Mark ${row.key}`}
                    />
                  </td>
                  <td>
                    <Status state={row.state} />
                  </td>
                  <td>
                    <Link className="link" href={`/components/${row.key}`}>
                      {row.key}
                    </Link>
                  </td>
                  <td>
                    {row.places.length === 0 ? <span className="t3">nowhere yet</span> : null}
                    {row.places.map((place) => (
                      <div key={place}>
                        <span title={place}>{nameOf(place)}</span>
                      </div>
                    ))}
                  </td>
                  <td className="r">
                    {row.ready} of {row.instances}
                  </td>
                  <td className="r t2">{number(row.requestsPerSecond)}</td>
                  <td className="r">
                    <Against p95={row.latencyMsP95} target={row.targetMsP95} />
                  </td>
                  <td>
                    <ScoreCell
                      component={row.key}
                      score={row.score}
                      isCandidate={row.isCandidate}
                      threshold={threshold}
                      askBest={rows.length <= ASKED_MAX}
                    />
                  </td>
                  <td className="r">{row.restarts}</td>
                  <td className="r">{row.epoch}</td>
                  <td>{row.stateKind}</td>
                  <td className="r t2" title={row.dependencies.join(", ")}>
                    {row.dependencies.length === 0 ? "nothing" : row.dependencies.length}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <TableFoot name="components" rows={rows} command="geostitch get components -o json" path="/components" />
      <CommandLine text="geostitch get components" />
    </>
  );
}

/** A latency that is over what its manifest asks for carries a sign, not only a colour. */
function Against({ p95, target }: { p95: number | null; target: number | null }) {
  const isOver = p95 !== null && target !== null && p95 > target;
  return (
    <span className={isOver ? "worse" : ""} title={target === null ? undefined : `target ${milliseconds(target)}`}>
      {isOver ? <span aria-label="over its target">▲ </span> : null}
      {milliseconds(p95)}
    </span>
  );
}
