"use client";

import { useQuery } from "@tanstack/react-query";
import { isRole, type Role } from "../../server/identity/domain/roles.ts";
import { useTRPC } from "../trpc/client.ts";

/** What the reader may do; null while it is not known, which is the same as nothing. */
export function useRole(): Role | null {
  const role = useQuery(useTRPC().world.overview.queryOptions()).data?.user.role;
  return isRole(role) ? role : null;
}
