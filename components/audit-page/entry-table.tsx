import { DataTable, type Column } from "../ui/data-table.tsx";
import type { AuditEntry } from "./prepare.ts";
import { Time } from "../ui/time.tsx";

const COLUMNS: readonly Column[] = [
  { label: "No.", right: true },
  { label: "When, UTC" },
  { label: "Who" },
  { label: "What" },
  { label: "Object" },
  { label: "Why" },
  { label: "Hash" },
];

interface EntryTableProps {
  readonly entries: readonly AuditEntry[];
  readonly opened: number | null;
  readonly open: (seq: number) => void;
}

export function EntryTable({ entries, opened, open }: EntryTableProps) {
  return (
    <DataTable caption="Audit, newest first" columns={COLUMNS}>
      {entries.map((entry) => (
        <tr key={entry.seq} data-link className={entry.seq === opened ? "on" : ""}>
          <td className="r">
            <button type="button" className="link" aria-expanded={entry.seq === opened} onClick={() => open(entry.seq)}>
              {entry.seq}
              <span className="sr">, open</span>
            </button>
          </td>
          <td className="mono f12">
            <Time at={entry.at} as="full" />
          </td>
          <td>
            {entry.actor.name} <span className="t3">{entry.actor.role ?? entry.actor.kind}</span>
          </td>
          <td>{entry.action}</td>
          <td>
            <span className="t3">{entry.object.kind}</span> <span className="mono f12">{entry.object.id}</span>
          </td>
          <td className="t2 wrap">{entry.reason ?? "–"}</td>
          <td className="mono f12 t3">{entry.hash?.slice(0, 10) ?? "–"}</td>
        </tr>
      ))}
    </DataTable>
  );
}
