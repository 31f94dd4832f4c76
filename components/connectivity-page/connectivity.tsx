"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import type { ConnectivityDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { ExportMenu } from "../ui/export-menu.tsx";
import { useKeys } from "../ui/keys.ts";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { useSmallScreen } from "../world-map/use-small-screen.ts";
import { MatrixGrid, MatrixLegend } from "./matrix-grid.tsx";
import { PairPanel } from "./pair-panel.tsx";
import { MostDifferent, PairTable } from "./pair-tables.tsx";
import { MEASURE_FACTS, MEASURES, matrixOf } from "./prepare.ts";

/** How far apart data centres are: as agents measure it, and as manifests say. */
export function ConnectivityPage() {
  const connectivity = useQuery({ ...useTRPC().connectivity.matrix.queryOptions(), refetchInterval: 10_000 });
  return (
    <main className="page">
      {connectivity.data && connectivity.data.dataCenters.length > 0 ? (
        <Pairs connectivity={connectivity.data} />
      ) : (
        <h1 className="title">Connectivity</h1>
      )}
      {connectivity.error ? <Problem error={connectivity.error} retry={() => void connectivity.refetch()} /> : null}
      {connectivity.data === undefined && !connectivity.error ? <Loading what="the matrix" height={420} /> : null}
      {connectivity.data?.dataCenters.length === 0 ? (
        <Empty title="No data centre is registered." command="geostitch apply -f data-centers.yaml">
          <span>Pairs appear here once there are two.</span>
        </Empty>
      ) : null}
    </main>
  );
}

/** What is looked at and how, kept in the address. */
function useView() {
  const [measure, setMeasure] = useQueryState("show", parseAsStringLiteral(MEASURES).withDefault("measured"));
  const [chosen, setChosen] = useQueryState("pair", parseAsString);
  const [table, setTable] = useQueryState("table", parseAsBoolean.withDefault(false));
  const [from, to] = chosen?.split("~") ?? [];
  useKeys({ v: () => void setTable(!table) });
  return {
    measure,
    setMeasure: (next: typeof measure) => void setMeasure(next),
    selected: from === undefined || to === undefined ? null : { from, to },
    select: (next: string, target: string) => void setChosen(`${next}~${target}`),
    close: () => void setChosen(null),
    table,
    setTable: (wanted: boolean) => void setTable(wanted),
  };
}

function Pairs({ connectivity }: { connectivity: ConnectivityDto }) {
  const view = useView();
  const nameOf = usePlaceNames();
  const small = useSmallScreen();
  const { connected } = useLive();
  const { pairs } = connectivity;
  const find = (from: string, to: string) => pairs.find((pair) => pair.from === from && pair.to === to) ?? null;
  const pair = view.selected ? find(view.selected.from, view.selected.to) : null;
  const measured = pairs.filter((entry) => entry.measured !== null).length;
  return (
    <>
      <div className="row sb wrap g12">
        <div>
          <h1 className="title">Connectivity</h1>
          <p className="t2 f12">
            {measured} of {pairs.length} pairs measured by agents in the last {Math.round(connectivity.windowMs / 60_000)} min;
            they measure from the places where components run
          </p>
        </div>
        <div className="row g8 wrap">
          {small ? null : (
            <Segmented
              label="Pairs as"
              value={view.table ? "table" : "matrix"}
              onChange={(next) => view.setTable(next === "table")}
              options={[
                { value: "matrix", label: "Matrix" },
                { value: "table", label: "Table" },
              ]}
            />
          )}
          <ExportMenu name="connectivity" rows={pairs} command="geostitch get connectivity -o json" path="/connectivity" />
        </div>
      </div>
      <div className={connected ? "cols connect" : "cols connect stale"}>
        <div className="col14">
          {view.table || small ? (
            <PairTable pairs={pairs} nameOf={nameOf} select={view.select} />
          ) : (
            <section className="card pad col" style={{ gap: 10 }}>
              <Segmented
                label="What the matrix shows"
                value={view.measure}
                onChange={view.setMeasure}
                options={MEASURES.map((value) => ({ value, label: MEASURE_FACTS[value].label }))}
              />
              <MatrixGrid
                matrix={matrixOf(connectivity, view.measure)}
                measure={view.measure}
                nameOf={nameOf}
                selected={view.selected}
                select={view.select}
              />
              <MatrixLegend measure={view.measure} />
            </section>
          )}
        </div>
        <div className="col14">
          {pair ? <PairPanel pair={pair} back={find(pair.to, pair.from)} close={view.close} /> : null}
          <MostDifferent pairs={pairs} nameOf={nameOf} select={view.select} />
          {pair ? null : (
            <p className="t2 f12">
              A cell opens its pair: how it went, the way back, and which value decisions use. Arrow keys lead through the matrix.
            </p>
          )}
        </div>
      </div>
      <CommandLine text="geostitch get links" />
    </>
  );
}
