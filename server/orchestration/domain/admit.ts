import type { PolicyRecord } from "../../component-registry/domain/registry.ts";
import { isFrozen, type Freeze } from "./freeze.ts";
import type { MigrationRecord } from "./migration.ts";
import { defaultPolicy, policyOfComponent } from "../../component-registry/domain/policy.ts";

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

/**
 * Which migrations may begin now: oldest first, none while frozen. What runs, ends. `maxConcurrent` of the default policy is the
 * installation's; a policy for applications can only be stricter for its own.
 */
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
  const resume = open.filter((migration) => migration.state !== "pending");
  const cancel = open.filter((migration) => migration.state === "pending" && migration.requested?.kind === "abort");
  const pending = open
    .filter((migration) => migration.state === "pending" && !cancel.includes(migration))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  // A way back is not a new move: it begins whatever the guard rails say.
  const isReturn = (migration: MigrationRecord): boolean => migration.rollbackOf !== null;
  const returns = pending.filter(isReturn);
  const others = pending.filter((migration) => !isReturn(migration));
  const frozen = isFrozen(freeze, now) ? freeze : null;
  const ahead = [...resume, ...returns];
  const start: MigrationRecord[] = [];
  const wait: { migration: MigrationRecord; waitingFor: { code: string; message: string } }[] = [];
  for (const migration of others) {
    const held = frozen
      ? { code: "frozen", message: `frozen by ${frozen.by.name}: ${frozen.reason}` }
      : heldByLimit(migration, ahead, policies);
    if (held) wait.push({ migration, waitingFor: held });
    else {
      start.push(migration);
      // What begins at this same moment is what the others wait for, too.
      ahead.push(migration);
    }
  }
  return { start: [...returns, ...start], resume, wait, cancel };
}

interface Limit {
  readonly max: number;
  /** What counts against it. */
  readonly running: readonly MigrationRecord[];
  /** Null: the installation's. */
  readonly policy: string | null;
}

function heldByLimit(
  migration: MigrationRecord,
  ahead: readonly MigrationRecord[],
  policies: readonly PolicyRecord[],
): { code: string; message: string } | null {
  const [common, own] = [defaultPolicy(policies), policyOf(migration, policies)];
  const limits: readonly Limit[] = [
    { max: common.spec.guardRails.maxConcurrent, running: ahead, policy: null },
    {
      max: own.spec.guardRails.maxConcurrent,
      running: ahead.filter((other) => policyOf(other, policies).name === own.name),
      policy: own.name,
    },
  ];
  const full = limits.find(({ max, running }) => running.length >= max);
  if (!full) return null;
  const whose = full.policy === null ? "" : ` of the policy ${full.policy}`;
  const ids = full.running.map(({ id }) => id).join(", ");
  return { code: "max-concurrent", message: `${full.running.length} of ${full.max} migrations${whose} run: ${ids}` };
}

const policyOf = ({ componentKey }: MigrationRecord, policies: readonly PolicyRecord[]): PolicyRecord =>
  policyOfComponent(policies, componentKey);
