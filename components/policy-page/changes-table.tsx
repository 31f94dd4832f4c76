import { DataTable } from "../ui/data-table.tsx";
import type { DraftChange } from "./draft.ts";

/** What changes from what to what, in words. */
export function ChangesTable({ caption, changes }: { caption: string; changes: readonly DraftChange[] }) {
  return (
    <DataTable
      caption={caption}
      tight
      columns={[{ label: "What" }, { label: "Before" }, { label: "After" }]}
      exported={{ name: `changes-${caption.toLowerCase().replaceAll(" ", "-")}`, rows: changes }}
    >
      {changes.map(({ path, label, before, after }) => (
        <tr key={path}>
          <td title={path}>{label}</td>
          <td className="wrap t2">{before}</td>
          <td className="wrap">{after}</td>
        </tr>
      ))}
    </DataTable>
  );
}
