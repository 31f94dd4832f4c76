"use client";

import { alsoWords, type EntryRow } from "./prepare.ts";
import { DataTable, type Column } from "../ui/data-table.tsx";
import { milliseconds, number, percent } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { PlaceName, usePlaceNames } from "../ui/place-name.tsx";
import { Glyph } from "../ui/status.tsx";

const COLUMNS: readonly Column[] = [
  { label: "Entry" },
  { label: "Sends users to" },
  { label: "Instance" },
  { label: "Epoch", right: true },
  { label: "From there", right: true },
  { label: "Req/s, 5 min", right: true },
  { label: "Share", right: true },
  { label: "Users’ p95", right: true },
  { label: "Routes" },
];

export function EntriesTable({ component, rows }: { component: string; rows: readonly EntryRow[] }) {
  const nameOf = usePlaceNames();
  return (
    <DataTable
      caption="Entries and where they send users"
      columns={COLUMNS}
      exported={{
        name: `routes-${component.replace("/", "-")}`,
        rows,
        command: "geostitch get routing -o json",
        path: `/routing?component=${encodeURIComponent(component)}`,
      }}
    >
      {rows.map((row) => (
        <tr key={row.entry}>
          <td>
            <Link className="link" href={`/data-centers?place=${encodeURIComponent(row.entry)}`}>
              <PlaceName id={row.entry} names={nameOf} />
            </Link>
          </td>
          <td>
            <span className="st">
              <span
                className="swatch"
                style={{ background: row.series === 0 ? "var(--neutral)" : `var(--s${row.series})` }}
                aria-hidden="true"
              />
              {row.dataCenter === null ? "nowhere: 503" : row.dataCenter === row.entry ? "itself" : nameOf(row.dataCenter)}
            </span>
          </td>
          <td className="mono f12">{row.instances > 1 ? `${row.instances} in turns` : (row.instance ?? "–")}</td>
          <td className="r">{row.epoch ?? "–"}</td>
          <td className="r" title={row.latencyFrom ?? undefined}>
            {milliseconds(row.latencyMs)}
            {row.latencyFrom === null || row.latencyFrom === "measured" ? "" : ` ${row.latencyFrom}`}
          </td>
          <td className="r t2">{number(row.requestsPerSecond)}</td>
          <td className="r t2">{percent(row.share)}</td>
          <td className="r">{milliseconds(row.seenMsP95)}</td>
          <td>
            <Standing row={row} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

function Standing({ row }: { row: EntryRow }) {
  const nameOf = usePlaceNames();
  const words = row.version === null ? "silent" : row.acknowledged ? `version ${row.version}` : `behind, at ${row.version}`;
  return (
    <span className="st f12">
      <Glyph meaning={row.version === null ? "neutral" : row.isHolding ? "info" : row.acknowledged ? "ok" : "warn"} />
      {row.isHolding ? `${words}, holds requests` : words}
      {row.otherwise.length === 0 ? null : <span className="t3">{alsoWords(row.otherwise, nameOf)}</span>}
    </span>
  );
}
