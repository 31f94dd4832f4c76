import { placementsOf } from "../../component-registry/domain/status.ts";
import type { ComponentRecord, InstanceRecord } from "../../component-registry/domain/registry.ts";
import { hasEnded, type MigrationRecord, type StepRecord } from "./migration.ts";

export interface PlacedThen {
  readonly component: string;
  readonly dataCenter: string;
  readonly instances: number;
}

export interface HistoryQuestion {
  readonly at: Date;
  readonly components: readonly Pick<ComponentRecord, "key" | "createdAt">[];
  readonly instances: readonly InstanceRecord[];
  /** Every move that had not ended at that time; others change nothing. */
  readonly migrations: readonly MigrationRecord[];
}

/**
 * Where everything ran at a time: where it runs now, with every switch since then taken back, the newest first. What was brought
 * to another place without a move (a lost place's components) is a move in the journal, too.
 */
export function placementsAt({ at, components, instances, migrations }: HistoryQuestion): readonly PlacedThen[] {
  const switched = migrations
    .filter((migration) => migration.pointOfNoReturnAt !== null && migration.pointOfNoReturnAt > at && hasStayed(migration))
    .sort((a, b) => (b.pointOfNoReturnAt?.getTime() ?? 0) - (a.pointOfNoReturnAt?.getTime() ?? 0));
  return components
    .filter(({ createdAt }) => createdAt <= at)
    .flatMap(({ key }) => {
      const counts = new Map(placementsOf(instances, key).map((place) => [place.dataCenter, place.instances]));
      for (const { componentKey, from, to } of switched) if (componentKey === key) takeBack(counts, from, to);
      return [...counts].map(([dataCenter, count]) => ({ component: key, dataCenter, instances: count }));
    });
}

/** A trial that went straight back has left nothing to take back; what another move brought back, that one's switch takes back. */
const hasStayed = ({ state, rolledBackBy }: MigrationRecord): boolean => state !== "rolled_back" || rolledBackBy !== null;

function takeBack(counts: Map<string, number>, from: string, to: string): void {
  const moved = counts.get(to) ?? 1;
  counts.delete(to);
  counts.set(from, (counts.get(from) ?? 0) + moved);
}

/** A migration as it stood at a time: what had not begun is to come, what had not ended runs. Null before it was asked for. */
export function migrationAsOf(migration: MigrationRecord, at: Date): MigrationRecord | null {
  if (migration.createdAt > at) return null;
  if (migration.endedAt !== null && migration.endedAt <= at) return migration;
  const steps = migration.steps.map((step) => stepAsOf(step, at));
  const last = steps.findLast(({ startedAt }) => startedAt !== null);
  const committed = migration.pointOfNoReturnAt !== null && migration.pointOfNoReturnAt <= at;
  return {
    ...migration,
    // How it ended was not known; that it was on its way back was, as soon as a step was undone.
    state: hasEnded(migration.state) ? (last ? "running" : "pending") : migration.state,
    step: last?.name ?? null,
    steps,
    pointOfNoReturnAt: committed ? migration.pointOfNoReturnAt : null,
    endedAt: null,
    receipt: null,
    error: null,
    pauseMs: null,
    rolledBackBy: null,
    held: { ...migration.held, now: 0 },
  };
}

function stepAsOf(step: StepRecord, at: Date): StepRecord {
  if (step.startedAt === null || step.startedAt > at)
    return { ...step, state: "pending", startedAt: null, endedAt: null, bytes: null, rounds: null, error: null };
  return step.endedAt !== null && step.endedAt <= at ? step : { ...step, state: "running", endedAt: null, error: null };
}
