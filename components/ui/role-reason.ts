import { roleAtLeast, type Role } from "../../server/identity/domain/roles.ts";

export const needsRole = (needed: Role): string => `Needs the role ${needed}.`;

/** Why somebody may not do what needs a role; null where they may. */
export const roleReason = (role: Role | null, needed: Role): string | null =>
  roleAtLeast(role, needed) ? null : needsRole(needed);
