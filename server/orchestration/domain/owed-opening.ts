import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { isPlaceLost } from "../../component-registry/domain/status.ts";
import type { MigrationRecord } from "./migration.ts";

/**
 * What becomes of a source that was closed for a move and lost before the move's abort could open it again: it is opened when its
 * place is back, unless somebody else owns the component by then (it was recovered elsewhere, or moved again).
 */
export function judgeOwed(
  { componentKey, from, epochTo, context }: Pick<MigrationRecord, "componentKey" | "from" | "epochTo" | "context">,
  registry: RegistrySnapshot,
): "open" | "wait" | "settled" {
  const isOwned = registry.components.some(({ key, epoch }) => key === componentKey && epoch === epochTo);
  const isWanted = registry.instances.some(({ name, desired }) => desired && context.sources.includes(name));
  if (!isOwned || !isWanted) return "settled";
  const isMoving = registry.openMigrations.some((move) => move.componentKey === componentKey);
  return isMoving || isPlaceLost(registry, from) ? "wait" : "open";
}
