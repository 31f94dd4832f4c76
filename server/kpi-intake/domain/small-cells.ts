import { sumCounts } from "./histogram.ts";

/** Fewer requests than this in one cell could be one person. */
export const FEWEST_REQUESTS = 5;

/** Requests from one cell of users, all countries of it together. */
export interface CellSum {
  readonly cell: string;
  /** Null: of no country, or of several. */
  readonly country: string | null;
  readonly requests: number;
  readonly counts: readonly number[];
}

/** Cells in which nobody stands out; `rest` is what even the largest cells could not hide. */
export interface HiddenCells {
  readonly cells: readonly CellSum[];
  readonly rest: { readonly requests: number };
}

/**
 * Merges what is small upward: a cell with fewer requests than `fewest` goes into its parent, and that, with what else went
 * there, into its own where it is still small, down to resolution 0. `parentOf` answers a cell's ancestor at a resolution.
 */
export function mergeSmallCells(
  sums: readonly CellSum[],
  options: {
    readonly resolution: number;
    readonly fewest: number;
    readonly parentOf: (cell: string, resolution: number) => string;
  },
): HiddenCells {
  const kept: CellSum[] = [];
  let small: readonly CellSum[] = sums;
  for (let resolution = options.resolution; resolution >= 0; resolution -= 1) {
    const cells = addUp(small.map((sum) => ({ ...sum, cell: options.parentOf(sum.cell, resolution) })));
    kept.push(...cells.filter(({ requests }) => requests >= options.fewest));
    small = cells.filter(({ requests }) => requests < options.fewest);
  }
  return { cells: kept, rest: { requests: small.reduce((sum, { requests }) => sum + requests, 0) } };
}

function addUp(sums: readonly CellSum[]): CellSum[] {
  return [...Map.groupBy(sums, ({ cell }) => cell)].map(([cell, group]) => ({
    cell,
    country: group.every(({ country }) => country === group[0]?.country) ? (group[0]?.country ?? null) : leading(group),
    requests: group.reduce((sum, { requests }) => sum + requests, 0),
    counts: sumCounts(group.map(({ counts }) => counts)),
  }));
}

/** The country that most requests of a cell on a border come from, where it hides a single person; null otherwise. */
function leading(group: readonly CellSum[]): string | null {
  const byCountry = [...Map.groupBy(group, ({ country }) => country ?? "")].map(([country, sums]) => ({
    country,
    requests: sums.reduce((sum, { requests }) => sum + requests, 0),
  }));
  const [first] = byCountry.sort((a, b) => b.requests - a.requests || (a.country < b.country ? -1 : 1));
  return first && first.country !== "" && first.requests >= FEWEST_REQUESTS ? first.country : null;
}
