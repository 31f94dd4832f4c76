"use client";

import { useQuery } from "@tanstack/react-query";
import type { DensityDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { number, percent } from "../ui/format.ts";
import { placedOf } from "./prepare.ts";

/** Where a place comes from, how sure it is, and what is kept of it: nobody should read a cell as somebody's home. */
export function PlacesKnown({ density }: { density: DensityDto | null }) {
  const overview = useQuery(useTRPC().world.overview.queryOptions()).data;
  const placed = density ? placedOf(density) : null;
  return (
    <section className="card pad col" style={{ gap: 6 }}>
      <h2 className="hd">How places are known</h2>
      <p className="t2">
        {overview?.geoipAttribution
          ? "From the client’s address, by DB-IP City Lite: half of its answers are within 22 km of the truth, nine in ten within 1,638 km (93 surveyed sites). Near a border the country can be wrong."
          : "From the client’s address, by the operator’s own file, or by a table of countries in which a country’s centre stands for all its users, ± 800 km."}{" "}
        An address is looked up and forgotten: what is kept is a cell of some tens of kilometres and a country, and cells with few
        requests are counted in larger ones.
      </p>
      {placed ? (
        <p className="f12 t2">
          {new Intl.NumberFormat("en").format(placed.requests)} requests from {number(placed.countries)} countries in{" "}
          {number(placed.cells)} cells; {percent(placed.unplacedShare)} from addresses that nobody can place.
        </p>
      ) : null}
    </section>
  );
}
