import { messageOf } from "../../platform/app-error.ts";
import type { Logger } from "../../platform/logger.ts";
import type { DeploymentDriver } from "../../deployment/index.ts";
import type { MigrationRecord } from "../domain/migration.ts";
import { judgeOwed } from "../domain/owed-opening.ts";
import { openSource } from "../steps/open-source.ts";
import type { InventoryStore, OwedOpenings } from "./ports.ts";

export interface ReopenerDeps {
  readonly term: number;
  readonly inventory: Pick<InventoryStore, "read">;
  readonly owed: OwedOpenings;
  readonly driver: DeploymentDriver;
  readonly logger: Logger;
}

const OPENING_WITHIN_MS = 10_000;

/** Opens what an abort had to leave closed in a lost place, once that place is back; again each pass until it is open. */
export async function reopenSources(deps: ReopenerDeps): Promise<void> {
  const owed = await deps.owed.list();
  if (owed.length === 0) return;
  const registry = await deps.inventory.read();
  for (const migration of owed) {
    const verdict = judgeOwed(migration, registry);
    if (verdict === "wait" || (verdict === "open" && !(await open(migration, deps)))) continue;
    await deps.owed.settle(deps.term, migration.id);
  }
}

async function open(migration: MigrationRecord, { driver, logger }: ReopenerDeps): Promise<boolean> {
  try {
    await openSource(migration, driver, OPENING_WITHIN_MS);
    return true;
  } catch (error) {
    logger.warn({ migration: migration.id, error: messageOf(error) }, "a source is closed since its abort and is opened again");
    return false;
  }
}
