import type { DeploymentDriver } from "../../deployment/index.ts";
import { createSnapshotControl } from "../../state-management/index.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { endsOf } from "./copy.ts";
import { commandOf, inWords } from "./step.ts";

/** Opens a source for writes again, at the epoch that its target was never given. Throws where it does not open. */
export async function openSource(migration: MigrationRecord, driver: DeploymentDriver, timeoutMs: number): Promise<void> {
  const context = { ...commandOf(migration, "reactivate", migration.epochTo), timeoutMs };
  const answer = await createSnapshotControl(driver).activate({ place: migration.from, name: endsOf(migration).source }, context);
  if (!answer.ok) throw new Error(`the source does not open: ${inWords(answer.reasons)}`);
}
