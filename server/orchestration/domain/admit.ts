import type { PolicyRecord } from "../../component-registry/domain/registry.ts";
import { isFrozen, type Freeze } from "./freeze.ts";
import type { MigrationRecord } from "./migration.ts";
import { defaultPolicy } from "../../component-registry/domain/policy.ts";

export interface Admission {
  readonly start: readonly MigrationRecord[];
  /** Running or aborting already: go on with them. */
  readonly resume: readonly MigrationRecord[];
  readonly wait: readonly {
    readonly migration: MigrationRecord;
    readonly waitingFor: { readonly code: string; readonly message: string };
  }[];
  /** Asked to abort before they began. */
  readonly cancel: readonly MigrationRecord[];
}

/** Which migrations may begin now: oldest first, at most `maxConcurrent` at once, none while frozen. What runs, ends. */
export function admit({
  open,
  policies,
  freeze,
  now,
}: {
  open: readonly MigrationRecord[];
  policies: readonly PolicyRecord[];
  freeze: Freeze | null;
  now: Date;
}): Admission {
  const { maxConcurrent } = defaultPolicy(policies).spec.guardRails;
  const resume = open.filter((migration) => migration.state !== "pending");
  const cancel = open.filter((migration) => migration.state === "pending" && migration.requested?.kind === "abort");
  const pending = open
    .filter((migration) => migration.state === "pending" && !cancel.includes(migration))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  // A way back is not a new move: it begins whatever the guard rails say.
  const isReturn = (migration: MigrationRecord): boolean => migration.rollbackOf !== null;
  const returns = pending.filter(isReturn);
  const others = pending.filter((migration) => !isReturn(migration));
  const places = Math.max(0, maxConcurrent - resume.length - returns.length);
  const frozen = isFrozen(freeze, now) ? freeze : null;
  const start = frozen ? [] : others.slice(0, places);
  // What begins at this same moment is what the others wait for, too.
  const ahead = [...resume, ...returns, ...start];
  const wait = others
    .filter((migration) => !start.includes(migration))
    .map((migration) => ({
      migration,
      waitingFor: frozen
        ? { code: "frozen", message: `frozen by ${frozen.by.name}: ${frozen.reason}` }
        : {
            code: "max-concurrent",
            message: `${ahead.length} of ${maxConcurrent} migrations run: ${ahead.map((running) => running.id).join(", ")}`,
          },
    }));
  return { start: [...returns, ...start], resume, wait, cancel };
}
