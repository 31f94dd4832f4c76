"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client.ts";

/** After a generation was published: resolves once the policies are those of now; their history follows. */
export function useRefreshPolicies(): () => Promise<void> {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: trpc.policies.page.pathKey() });
    void queries.invalidateQueries({ queryKey: trpc.policies.versions.pathKey() });
  };
}
