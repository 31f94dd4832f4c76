import type { ReactNode } from "react";
import { ExportMenu, type Exported } from "./export-menu.tsx";

export interface Column {
  readonly label: string;
  /** Figures stand right, so that their digits stand below each other. */
  readonly right?: true;
}

interface DataTableProps {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** For a narrow column of a page. */
  readonly tight?: true;
  /** The same rows as data: the table can be handed out. */
  readonly exported?: Exported;
  readonly children: ReactNode;
}

/** A table on a card that scrolls sideways where the screen is narrow, also by keys. */
export function DataTable({ caption, columns, tight, exported, children }: DataTableProps) {
  const table = (
    <div className="card tablewrap" tabIndex={0} role="region" aria-label={caption}>
      <table className={tight ? "data tight" : "data"}>
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, right }) => (
              <th key={label} className={right ? "r" : ""}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
  if (!exported) return table;
  return (
    <div>
      {table}
      <TableFoot {...exported} />
    </div>
  );
}

/** How many rows there are, and the way to take them along. */
export function TableFoot(exported: Exported) {
  const count = exported.rows.length;
  return (
    <div className="tablefoot">
      <span>
        {count} {count === 1 ? "row" : "rows"}
      </span>
      <ExportMenu {...exported} />
    </div>
  );
}
