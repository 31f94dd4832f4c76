"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client.ts";

export type PlaceNames = (dataCenter: string) => string;

/** City of a data centre, as people say it; its identifier where it has none, or while the list is on its way. */
export function usePlaceNames(): PlaceNames {
  const places = useQuery({ ...useTRPC().dataCenters.list.queryOptions(), staleTime: 60_000 });
  const cities = new Map(places.data?.map(({ metadata, spec }) => [metadata.name, spec.location.city]));
  return (dataCenter) => cities.get(dataCenter) ?? dataCenter;
}

/** City first, identifier second; the identifier alone where there is no city. */
export function PlaceName({ id, names }: { id: string; names: PlaceNames }) {
  const city = names(id);
  if (city === id) return <span className="mono f12">{id}</span>;
  return (
    <span title={id}>
      {city} <span className="mono t3 f11">{id}</span>
    </span>
  );
}
