"use client";

import { useRef, useState } from "react";
import type { PlaceNames } from "../ui/place-name.tsx";
import { MEASURE_FACTS, stepInGrid, type Cell, type Matrix, type Measure } from "./prepare.ts";

interface MatrixGridProps {
  readonly matrix: Matrix;
  readonly measure: Measure;
  readonly nameOf: PlaceNames;
  readonly selected: { readonly from: string; readonly to: string } | null;
  readonly select: (from: string, to: string) => void;
}

/** Every ordered pair as a coloured number. One cell takes the Tab, arrows go on from there, Enter opens. */
export function MatrixGrid({ matrix, measure, nameOf, selected, select }: MatrixGridProps) {
  const { names, rows } = matrix;
  const grid = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState({ row: 0, column: Math.min(1, names.length - 1) });
  const [over, setOver] = useState<{ row: number; column: number } | null>(null);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = stepInGrid(event.key, { ...at, size: names.length });
    if (!next) return;
    event.preventDefault();
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.row} ${next.column}"]`)?.focus();
  };
  return (
    <div className="tablewrap">
      <table
        ref={grid}
        role="grid"
        aria-label={`${MEASURE_FACTS[measure].legend}, from row to column`}
        className="matrix"
        onKeyDown={onKeyDown}
        onMouseLeave={() => setOver(null)}
      >
        <thead>
          <tr>
            <th scope="col">
              <span className="t3">from ↓ to →</span>
            </th>
            {names.map((name, column) => (
              <th key={name} scope="col" className={column === over?.column ? "on" : ""} title={name}>
                <span>{nameOf(name)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={names[index]}>
              <th scope="row" className={index === over?.row ? "on" : ""} title={names[index]}>
                {nameOf(names[index] ?? "")}
              </th>
              {row.map((cell, column) => {
                const isAt = at.row === index && at.column === column;
                return (
                  <td
                    key={cell.to}
                    role="gridcell"
                    data-cell={`${index} ${column}`}
                    {...lookOf(cell, measure)}
                    className={classOf(cell, {
                      isSelected: cell.from === selected?.from && cell.to === selected.to,
                      isCross: index === over?.row || column === over?.column,
                    })}
                    tabIndex={isAt ? 0 : -1}
                    aria-selected={cell.from === selected?.from && cell.to === selected.to}
                    aria-label={labelOf(cell, measure, nameOf)}
                    onFocus={() => {
                      setAt({ row: index, column });
                      setOver({ row: index, column });
                    }}
                    onBlur={() => setOver(null)}
                    onMouseEnter={() => setOver({ row: index, column })}
                    onClick={() => (cell.pair ? select(cell.from, cell.to) : undefined)}
                    onKeyDown={(event) => {
                      if ((event.key === "Enter" || event.key === " ") && cell.pair) {
                        event.preventDefault();
                        select(cell.from, cell.to);
                      }
                    }}
                  >
                    {cell.text}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const lookOf = ({ bin }: Cell, measure: Measure): Record<string, number | string> =>
  bin === null ? {} : { "data-bin": bin, "data-scale": MEASURE_FACTS[measure].scale };

function classOf({ pair, value }: Cell, { isSelected, isCross }: { isSelected: boolean; isCross: boolean }): string {
  return [pair === null ? "diagonal" : value === null ? "unknown" : "", isSelected ? "chosen" : "", isCross ? "cross" : ""]
    .filter((name) => name !== "")
    .join(" ");
}

function labelOf({ from, to, pair, value, text }: Cell, measure: Measure, nameOf: PlaceNames): string {
  if (pair === null) return `${nameOf(from)}, itself`;
  return `${nameOf(from)} to ${nameOf(to)}: ${value === null ? "not known" : `${text} ${MEASURE_FACTS[measure].unit}`}`;
}

/** The colours with where each begins. */
export function MatrixLegend({ measure }: { measure: Measure }) {
  const { legend, limits, scale, isReversed } = MEASURE_FACTS[measure];
  const starts = [scale === "diverging" ? "less" : "0", ...limits.map((limit) => String(limit).replace("-", "\u2212"))];
  return (
    <div className="row g12 wrap f12">
      <span className="t2">{legend}</span>
      <span className="row" aria-hidden="true">
        {starts.map((start, index) => (
          <span key={start} style={{ width: 38 }}>
            <span className="legendbin" data-scale={scale} data-bin={isReversed ? 7 - index : index + 1} />
            <span className="f11 t2">{index === starts.length - 1 ? `${start}+` : start}</span>
          </span>
        ))}
      </span>
      <span className="row g6 t2">
        <span className="legendbin unknown" style={{ width: 18 }} />
        not known
      </span>
    </div>
  );
}
