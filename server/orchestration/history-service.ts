import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { viewPlan } from "../migration-planning/domain/plan/view-plan.ts";
import { isDecidable } from "../migration-planning/domain/plan/plan-states.ts";
import type { PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { migrationAsOf, placementsAt, type PlacedThen } from "./domain/history.ts";
import { viewMigration } from "./domain/view.ts";
import type { PlanView } from "./plan-service.ts";
import type { MigrationStore } from "./ports.ts";

export interface PastWorld {
  readonly at: string;
  readonly placements: readonly PlacedThen[];
  /** Moves that were open then, as far as they had come. */
  readonly migrations: readonly ReturnType<typeof viewMigration>[];
  /** Plans that waited for their decision. */
  readonly plans: readonly PlanView[];
}

export interface HistoryService {
  /** Refuses a time to come with `bad-input`. */
  at(time: Date): Promise<PastWorld>;
}

const MIGRATIONS_MAX = 5_000;
const PLANS_MAX = 500;

/** The world as it was, from what the journal keeps of it. */
export function createHistoryService({
  store,
  read,
  clock,
}: {
  store: Pick<MigrationStore, "list" | "plans">;
  read: () => Promise<RegistrySnapshot>;
  clock: Clock;
}): HistoryService {
  return {
    at: async (at) => {
      const now = clock.now();
      if (at > now) {
        const message = `expected a time that is over, at most ${now.toISOString()}`;
        throw new AppError("bad-input", `at: ${message}`, { errors: [{ path: "at", message }] });
      }
      const [registry, since, plans] = await Promise.all([
        read(),
        store.list({ during: { from: at, to: now }, limit: MIGRATIONS_MAX }),
        store.plans.list({ during: { from: at, to: at }, limit: PLANS_MAX }),
      ]);
      return {
        at: at.toISOString(),
        placements: placementsAt({ at, ...registry, migrations: since }),
        migrations: since.flatMap((migration) => {
          const then = migrationAsOf(migration, at);
          return then === null || then.endedAt !== null ? [] : [viewMigration(then)];
        }),
        plans: plans.filter((plan) => waitedAt(plan, at)).map((plan) => viewPlan({ ...plan, ...UNDECIDED }, [])),
      };
    },
  };
}

/** What became of it was not known. */
const UNDECIDED = { state: "proposed", decision: null, note: null, supersededBy: null, endedAt: null } as const;

const waitedAt = ({ state, decision, createdAt, expiresAt }: PlanRecord, at: Date): boolean =>
  createdAt <= at && expiresAt > at && (isDecidable(state) || decision === null || new Date(decision.at) > at);
