"use client";

import type { PairDto } from "../../server/api/shapes/index.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { milliseconds, number, percent, signed } from "../ui/format.ts";
import type { PlaceNames } from "../ui/place-name.tsx";
import { differenceOf, mostDifferent } from "./prepare.ts";

interface PairTablesProps {
  readonly pairs: readonly PairDto[];
  readonly nameOf: PlaceNames;
  readonly select: (from: string, to: string) => void;
}

const DIFFERENT_MAX = 8;
const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** Where the world is not what its manifests say. */
export function MostDifferent({ pairs, nameOf, select }: PairTablesProps) {
  const rows = mostDifferent(pairs, DIFFERENT_MAX);
  return (
    <section className="col" style={{ gap: 8 }}>
      <h2 className="hd">
        Measured and given differ most <span className="sub">ms, of all pairs</span>
      </h2>
      {rows.length === 0 ? (
        <p className="t2 f12">No pair is both measured and given yet. Agents probe each pair of places every few seconds.</p>
      ) : (
        <DataTable
          tight
          caption="Measured and given differ most"
          exported={{ name: "measured-against-given", rows, path: "/connectivity" }}
          columns={[
            { label: "From, to" },
            { label: "Given", right: true },
            { label: "Measured", right: true },
            { label: "Difference", right: true },
          ]}
        >
          {rows.map(({ pair, differenceMs }) => (
            <tr key={`${pair.from} ${pair.to}`}>
              <td>
                <PairButton pair={pair} nameOf={nameOf} select={select} />
              </td>
              <td className="r t2">{number(pair.givenRttMs)}</td>
              <td className="r">{number(pair.measured?.rttMsP50)}</td>
              <td className={rounded(differenceMs) === 0 ? "r" : differenceMs > 0 ? "r worse" : "r better"}>
                {rounded(differenceMs) === 0 ? "" : differenceMs > 0 ? "▲ " : "▼ "}
                {signed(rounded(differenceMs))}
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}

const COLUMNS: readonly Column[] = [
  { label: "From, to" },
  { label: "p50", right: true },
  { label: "p95", right: true },
  { label: "Given", right: true },
  { label: "Difference", right: true },
  { label: "Jitter", right: true },
  { label: "Loss", right: true },
  { label: "Mbit/s", right: true },
];

/** The matrix as a list, nearest first: for small screens, and for those who see no colours. */
export function PairTable({ pairs, nameOf, select }: PairTablesProps) {
  const rows = [...pairs].sort((a, b) => a.rttMs - b.rttMs || a.from.localeCompare(b.from) || a.to.localeCompare(b.to));
  return (
    <DataTable
      caption="Pairs of data centres"
      columns={COLUMNS}
      exported={{ name: "connectivity", rows, command: "geostitch get connectivity -o json", path: "/connectivity" }}
    >
      {rows.map((pair) => {
        const difference = differenceOf(pair);
        return (
          <tr key={`${pair.from} ${pair.to}`}>
            <td>
              <PairButton pair={pair} nameOf={nameOf} select={select} />
            </td>
            <td className="r">{milliseconds(pair.measured?.rttMsP50)}</td>
            <td className="r">{milliseconds(pair.measured?.rttMsP95)}</td>
            <td className="r t2">{milliseconds(pair.givenRttMs)}</td>
            <td className="r">{difference === null ? "–" : `${signed(rounded(difference))} ms`}</td>
            <td className="r">{milliseconds(pair.measured?.jitterMs)}</td>
            <td className="r">{percent(pair.measured?.lossShare)}</td>
            <td className="r">{number(pair.measured?.throughputMbps)}</td>
          </tr>
        );
      })}
    </DataTable>
  );
}

function PairButton({ pair, nameOf, select }: { pair: PairDto } & Omit<PairTablesProps, "pairs">) {
  return (
    <button type="button" className="link" onClick={() => select(pair.from, pair.to)}>
      {nameOf(pair.from)} → {nameOf(pair.to)}
    </button>
  );
}
