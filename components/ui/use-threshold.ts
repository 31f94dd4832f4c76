"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client.ts";

/** What the contract says where no policy does. */
const DEFAULT_THRESHOLD = 60;

/** The score below which a component is a candidate. From the list: a policy that nobody has written is no error. */
export function useThreshold(policy = "default"): number {
  const policies = useQuery({ ...useTRPC().policies.page.queryOptions({ limit: 100 }), staleTime: 60_000 }).data;
  return policies?.items.find(({ metadata }) => metadata.name === policy)?.spec.migrationThreshold ?? DEFAULT_THRESHOLD;
}
