import type { MigrationRecord } from "../domain/migration.ts";
import type { RunnerDeps } from "./runner.ts";

/** Entries that have not taken the routes by then are sent on by the instances that are gone. */
const ACKNOWLEDGED_WITHIN_MS = 2_000;

/** While both sides own the component, or the source again has all its users, the way back needs no move of its own. */
export const isTried = ({ canary }: MigrationRecord): boolean =>
  canary !== null && (canary.decision === null || canary.decision === "returned");

/** All users go to the source first; only when the entries know is the target given up, so that nobody meets its end. */
export async function endCanary(migration: MigrationRecord, deps: RunnerDeps, reason: string): Promise<void> {
  const { canary, id } = migration;
  if (canary === null) return;
  const { journal, term, publisher, clock } = deps;
  const returned = { ...canary, decision: "returned" as const, reason, decidedAt: canary.decidedAt ?? clock.now().toISOString() };
  await journal.setCanary(term, id, returned);
  await publisher.acknowledged(await publisher.publish(), ACKNOWLEDGED_WITHIN_MS);
  await journal.endCanary(term, migration, returned);
  deps.announcer.tell(id, "migration.changed");
}
