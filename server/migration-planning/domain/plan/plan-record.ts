import type { PlanContent } from "./content.ts";
import type { PlanState } from "./plan-states.ts";

export interface PlanDecision {
  readonly kind: "approved" | "rejected";
  readonly by: { readonly kind: "user" | "key" | "system"; readonly name: string };
  readonly at: string;
  readonly reason: string;
}

/** A plan as it is kept: what it proposes never changes, what became of it does. */
export interface PlanRecord {
  readonly id: string;
  readonly state: PlanState;
  /** SHA-256 over the id, the content and the expiry: what an approval is for. */
  readonly hash: string;
  readonly content: PlanContent;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly proposedBy: { readonly kind: "user" | "key" | "system"; readonly name: string };
  readonly decision: PlanDecision | null;
  readonly note: string | null;
  readonly supersededBy: string | null;
  readonly endedAt: Date | null;
}

/** A migration of the plan, as far as the plan's own answer needs it. */
export interface PlanMigration<State extends string> {
  readonly id: string;
  readonly component: string;
  readonly state: State;
}
