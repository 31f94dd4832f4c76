import type { ReactNode } from "react";

export interface Column {
  readonly label: string;
  /** Figures stand right, so that their digits stand below each other. */
  readonly right?: true;
}

/** A table on a card that scrolls sideways where the screen is narrow, also by keys. */
export function DataTable({ caption, columns, children }: { caption: string; columns: readonly Column[]; children: ReactNode }) {
  return (
    <div className="card tablewrap" tabIndex={0} role="region" aria-label={caption}>
      <table className="data">
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
