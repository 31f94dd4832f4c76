import { parseAsString, type inferParserType } from "nuqs";

export const FILTER_PARSERS = {
  q: parseAsString.withDefault(""),
  actor: parseAsString.withDefault(""),
  action: parseAsString.withDefault(""),
  object: parseAsString.withDefault(""),
};
export type FilterState = inferParserType<typeof FILTER_PARSERS>;

const FIELDS = [
  ["actor", "Who", "Name"],
  ["action", "What", "plan.approve"],
  ["object", "Object", "Kind or id"],
] as const;

/** What of the filter is given, as the API takes it. */
export function sought({ q, ...rest }: FilterState): Record<string, string> {
  return Object.fromEntries(Object.entries({ text: q, ...rest }).filter(([, value]) => value.trim() !== ""));
}

interface FiltersProps {
  readonly filter: FilterState;
  readonly setFilter: (next: Partial<FilterState>) => void;
  readonly clear: () => void;
}

export function Filters({ filter, setFilter, clear }: FiltersProps) {
  return (
    <div className="auditfilters" role="search" aria-label="Filter the audit">
      <input
        type="search"
        placeholder="Any word of an entry ( / )"
        aria-label="Any word of an entry"
        value={filter.q}
        onChange={(event) => setFilter({ q: event.target.value })}
      />
      {FIELDS.map(([key, label, placeholder]) => (
        <input
          key={key}
          placeholder={`${label}: ${placeholder}`}
          aria-label={label}
          value={filter[key]}
          onChange={(event) => setFilter({ [key]: event.target.value })}
        />
      ))}
      <button type="button" className="ctl lg" disabled={Object.keys(sought(filter)).length === 0} onClick={clear}>
        Clear
      </button>
    </div>
  );
}
