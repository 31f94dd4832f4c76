export const ROLES = ["viewer", "operator", "approver", "administrator"] as const;
export type Role = (typeof ROLES)[number];

/** Who asks for something: a person, a program with a key, or the installation itself. */
export interface Actor {
  readonly kind: "user" | "key" | "system";
  readonly id: string | null;
  readonly name: string;
  readonly role: Role | null;
}

export const systemActor = (name: string): Actor => ({ kind: "system", id: null, name, role: null });
