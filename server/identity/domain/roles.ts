/** Each role may what the one before it may, and more (contract, section 3). */
const RANK = { viewer: 0, operator: 1, approver: 2, administrator: 3 } as const;

export type Role = keyof typeof RANK;

export const isRole = (text: unknown): text is Role => typeof text === "string" && Object.hasOwn(RANK, text);

export const roleAtLeast = (role: Role | null, needed: Role): boolean => role !== null && RANK[role] >= RANK[needed];

/** An operator writes what runs and where it is linked; data centres and policies are an administrator's. */
export function roleMayApply(role: Role | null, kind: string): boolean {
  return roleAtLeast(role, kind === "Component" || kind === "Link" ? "operator" : "administrator");
}
