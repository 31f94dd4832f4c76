import { cellToLatLng, cellToParent } from "h3-js";
import type pg from "pg";
import { FACETS } from "./domain/facets.ts";
import { quantile, sumCounts } from "./domain/histogram.ts";
import { FEWEST_REQUESTS, mergeSmallCells } from "./domain/small-cells.ts";
import { readSums } from "./read-sums.ts";

export interface DensityQuery {
  readonly from: Date;
  readonly to: Date;
  readonly resolution: number;
  /** Null: the users of all components. */
  readonly component: string | null;
}

const latencyOf = (counts: readonly number[]) => ({ p50: quantile(counts, 0.5), p95: quantile(counts, 0.95) });

/**
 * Users by H3 cell and by country. A cell is of the asked resolution, or a larger one where so few came from there that one
 * person would stand out; what even the largest cannot hide is in its country's sum alone.
 */
export async function readDensity(pool: pg.Pool, query: DensityQuery) {
  const sums = await readSums(pool, {
    facet: FACETS.density,
    by: ["cell", "country"],
    only: { component_key: query.component },
    from: query.from,
    to: query.to,
    stepSeconds: null,
  });
  const rows = sums.map(({ key, requests, counts }) => ({ cell: key.cell, country: key.country || null, requests, counts }));
  const placed = rows.filter(({ cell }) => cell !== "");
  const { cells } = mergeSmallCells(placed, { resolution: query.resolution, fewest: FEWEST_REQUESTS, parentOf: cellToParent });
  const byCountry = Map.groupBy(rows, ({ country }) => country);
  byCountry.delete(null);
  return {
    from: query.from.toISOString(),
    to: query.to.toISOString(),
    resolution: query.resolution,
    cells: cells.map(({ cell, country, requests, counts }) => {
      const [latitude, longitude] = cellToLatLng(cell);
      return { h3: cell, country, latitude, longitude, requests, latencyMs: latencyOf(counts) };
    }),
    countries: [...byCountry].map(([country, group]) => ({
      country: country ?? "",
      requests: group.reduce((sum, { requests }) => sum + requests, 0),
      latencyMs: latencyOf(sumCounts(group.map(({ counts }) => counts))),
    })),
    unplaced: { requests: rows.filter(({ cell }) => cell === "").reduce((sum, { requests }) => sum + requests, 0) },
  };
}
