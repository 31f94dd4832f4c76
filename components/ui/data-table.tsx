import type { ReactNode } from "react";

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
  readonly children: ReactNode;
}

/** A table on a card that scrolls sideways where the screen is narrow, also by keys. */
export function DataTable({ caption, columns, tight, children }: DataTableProps) {
  return (
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
}
