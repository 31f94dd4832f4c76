/** Column headers of a small table whose columns speak for themselves to whoever sees them. */
export function HiddenHead({ columns }: { readonly columns: readonly string[] }) {
  return (
    <thead className="sr">
      <tr>
        {columns.map((column) => (
          <th key={column}>{column}</th>
        ))}
      </tr>
    </thead>
  );
}
