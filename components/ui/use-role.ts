"use client";

import { useQuery } from "@tanstack/react-query";
import { isRole, type Role } from "../../server/identity/domain/roles.ts";
import { usePastReason } from "../time/use-past-reason.ts";
import { useTRPC } from "../trpc/client.ts";
import { roleReason } from "./role-reason.ts";

/** What the reader may do; null while it is not known, which is the same as nothing. */
export function useRole(): Role | null {
  const role = useQuery(useTRPC().world.overview.queryOptions()).data?.user.role;
  return isRole(role) ? role : null;
}

/** Why what changes something is off: the moment that is looked at is over, or a role is missing. Null: it may be done. */
export function useOffReason(needed: Role): string | null {
  const past = usePastReason();
  const role = useRole();
  return past ?? roleReason(role, needed);
}
