export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** How many there are, beside the name. */
  readonly count?: number;
}

interface SegmentedProps<T extends string> {
  /** What is chosen here, for those who do not see the row. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  return (
    <div className="seg" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={option.value === value ? "on" : ""}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count === undefined ? null : <span className="t2">{option.count}</span>}
        </button>
      ))}
    </div>
  );
}

interface MapOrTableProps {
  /** What is drawn, or listed. */
  readonly of: string;
  readonly table: boolean;
  readonly setTable: (table: boolean) => unknown;
}

export function MapOrTable({ of, table, setTable }: MapOrTableProps) {
  return (
    <Segmented
      label={`${of} as`}
      value={table ? "table" : "map"}
      onChange={(next) => void setTable(next === "table")}
      options={[
        { value: "map", label: "Map" },
        { value: "table", label: "Table" },
      ]}
    />
  );
}
