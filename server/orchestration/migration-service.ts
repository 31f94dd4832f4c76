import { instancesWanted } from "../component-registry/domain/capacity.ts";
import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import {
  hasEnded,
  isBeforePointOfNoReturn,
  stepOf,
  type LostSource,
  type MigrationRecord,
  type MigrationRequest,
} from "./domain/migration.ts";
import { judgeMigration, type AcceptedMigration, type Refused } from "./domain/request-migration.ts";
import type { MovePromise } from "./domain/promise.ts";
import { viewMigration } from "./domain/view.ts";
import type { MigrationFilter, MigrationStore, MigrationUnit } from "./ports.ts";

export interface MigrationOrder {
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

export interface InterventionOrder {
  readonly id: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

export interface MigrationService {
  /** Accepts a move; the engine runs it. Throws with the code of what refuses it. */
  request(order: MigrationOrder): Promise<MigrationRecord>;
  /** Before `commit` is recorded: the source goes on, at a new epoch. Later: 409 `too-late`. */
  abort(order: InterventionOrder): Promise<MigrationRecord>;
  /** After `commit` and before `retire` begins: moves the component back with its newer state. Later: 409 `retired`. */
  rollback(order: InterventionOrder): Promise<MigrationRecord>;
  get(id: string): Promise<MigrationRecord>;
  list(filter: MigrationFilter): Promise<readonly MigrationRecord[]>;
}

export interface MigrationServiceDeps {
  readonly store: MigrationStore;
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
  /** What the move will probably do, for its receipt; null where too little is known. */
  readonly foresee?: (move: { component: string; from: string; to: string }) => Promise<MovePromise | null>;
  /** Wakes the engine when it runs in this process; elsewhere it finds the work itself. */
  readonly wake: () => void;
}

export function createMigrationService(deps: MigrationServiceDeps): MigrationService {
  const { store, wake } = deps;
  const waking = async (work: Promise<MigrationRecord>): Promise<MigrationRecord> => {
    const migration = await work;
    wake();
    return migration;
  };
  return {
    request: async (order) => {
      // Told from outside of the transaction: nobody else waits while it is worked out.
      const promise = (await deps.foresee?.(order).catch(() => null)) ?? null;
      return await waking(store.change((unit) => accept(unit, order, promise, deps)));
    },
    abort: (order) => waking(store.change((unit) => intervene(unit, order, "abort"))),
    rollback: (order) => waking(store.change((unit) => intervene(unit, order, "rollback"))),
    get: async (id) => (await store.find(id)) ?? missing(id),
    list: (filter) => store.list(filter),
  };
}

async function accept(
  unit: MigrationUnit,
  order: MigrationOrder,
  promise: MovePromise | null,
  { clock, newId }: MigrationServiceDeps,
): Promise<MigrationRecord> {
  const now = clock.now();
  const judged = judgeMigration({ ...order, registry: await unit.registry(), freeze: await unit.freeze(), now });
  if (!judged.ok) throw refusal(judged.reasons);
  const migration = await orderMigration(unit, judged.value, { order, now, newId, promise });
  await unit.audit({
    actor: order.actor,
    action: "migration.create",
    object: { kind: "Migration", id: migration.id },
    reason: order.reason,
    after: { component: order.component, from: order.from, to: order.to },
    requestId: order.requestId,
  });
  return migration;
}

/** Writes an accepted move down and tells listeners of it, whoever ordered it; why it was ordered is audited by the caller. */
export async function orderMigration(unit: MigrationUnit, accepted: AcceptedMigration, naming: Naming): Promise<MigrationRecord> {
  const migration = newMigration(accepted, naming);
  await unit.insert(migration);
  // As it is stored: with its steps.
  const stored = (await unit.find(migration.id)) ?? migration;
  await tellMigration(unit, stored);
  return stored;
}

export async function tellMigration(unit: MigrationUnit, migration: MigrationRecord): Promise<void> {
  const { id, componentKey: component } = migration;
  await unit.publish([{ type: "migration.changed", subject: id, component, data: viewMigration(migration) }]);
}

interface Naming {
  readonly order: Pick<MigrationOrder, "from" | "to" | "reason"> & { readonly actor: Pick<Actor, "kind" | "name"> };
  readonly now: Date;
  readonly newId: (prefix: string) => string;
  readonly rollbackOf?: string;
  /** The plan that it takes back to where it was good: nobody is left behind to compare it with. */
  readonly returnOf?: string;
  readonly planId?: string;
  readonly promise?: MovePromise | null;
  /** Its source's place is lost. */
  readonly lost?: LostSource;
  /** Shorter than the policy's for a move whose plan goes on behind it. */
  readonly watchMs?: number;
}

/** The record of a move that was accepted. Targets get names of their own, so that two moves never share an instance. */
export function newMigration(accepted: AcceptedMigration, naming: Naming): MigrationRecord {
  const { order, now, newId, rollbackOf = null, returnOf = null, planId = null, promise = null } = naming;
  const { component, rails } = accepted;
  const watchMs = naming.watchMs ?? rails.watchMs;
  const targets = Array.from({ length: instancesWanted(component.spec) }, () =>
    instanceName(component.application, component.name, newId),
  );
  return {
    id: newId("mig"),
    componentKey: component.key,
    from: order.from,
    to: order.to,
    planId,
    state: "pending",
    step: null,
    stateKind: accepted.stateKind,
    epochFrom: accepted.epochFrom,
    epochTo: accepted.epochTo,
    pointOfNoReturnAt: null,
    reason: order.reason,
    requestedBy: { kind: order.actor.kind, name: order.actor.name },
    waitingFor: null,
    requested: null,
    context: {
      sources: accepted.sources,
      targets,
      ...rails,
      watchMs,
      promise,
      // Only where there is time for it: a move whose plan goes on behind it is not looked at for long.
      lost: naming.lost ?? null,
      returnOf,
      canary: rollbackOf === null && returnOf === null && watchMs >= rails.watchMs ? (rails.canary ?? null) : null,
    },
    held: { now: 0, max: 0, total: 0, failed: 0 },
    pauseMs: null,
    canary: null,
    error: null,
    receipt: null,
    rollbackOf,
    rolledBackBy: null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    steps: [],
  };
}

export function instanceName(application: string, name: string, newId: (prefix: string) => string): string {
  return `${application}.${name}.${newId("i").slice(-6)}`;
}

/** An intervention is a wish recorded on the migration; the engine carries it out at the next safe point. */
async function intervene(
  unit: MigrationUnit,
  order: InterventionOrder,
  kind: MigrationRequest["kind"],
): Promise<MigrationRecord> {
  const migration = (await unit.find(order.id)) ?? missing(order.id);
  const problem = kind === "abort" ? abortProblem(migration) : rollbackProblem(migration);
  if (problem) throw new AppError("conflict", problem.message, { code: problem.code });
  await unit.update(order.id, { requested: { kind, reason: order.reason, by: order.actor.name } });
  await unit.audit({
    actor: order.actor,
    action: `migration.${kind}`,
    object: { kind: "Migration", id: order.id },
    reason: order.reason,
    before: { state: migration.state, step: migration.step },
    requestId: order.requestId,
  });
  return (await unit.find(order.id)) ?? migration;
}

interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Asking twice is no error while there is something to do; what has ended takes no wish. */
function abortProblem({ id, state, step, pointOfNoReturnAt }: MigrationRecord): Problem | null {
  const committed = pointOfNoReturnAt !== null || (step !== null && !isBeforePointOfNoReturn(step));
  if (committed && !hasEnded(state))
    return { code: "too-late", message: `${id} is past its point of no return: roll it back instead` };
  if (committed) return { code: "too-late", message: `${id} passed its point of no return and has ended: ${state}` };
  return hasEnded(state) ? { code: "ended", message: `${id} has ended: ${state}` } : null;
}

function rollbackProblem(migration: MigrationRecord): Problem | null {
  const { id, state, from, to } = migration;
  const retired = { code: "retired", message: `${id} has retired its source: ask for a migration from ${to} to ${from}` };
  if (state === "succeeded") return retired;
  if (hasEnded(state)) return { code: "ended", message: `${id} has ended: ${state}` };
  if (state === "rolling_back" || migration.requested?.kind === "rollback") return null;
  const retire = stepOf(migration, "retire");
  if (retire !== undefined && retire.state !== "pending") return retired;
  return migration.pointOfNoReturnAt === null
    ? { code: "too-early", message: `${id} has not passed its point of no return: abort it instead` }
    : null;
}

/** The first reason is the answer; all of them are in it. */
export function refusal(reasons: readonly Refused[]): AppError {
  const [first] = reasons;
  if (!first) return new AppError("internal", "refused without a reason");
  return new AppError(first.kind, first.message, {
    code: first.code,
    errors: reasons.map((reason) => ({ path: reason.path ?? "(request)", message: reason.message })),
  });
}

function missing(id: string): never {
  throw new AppError("not-found", `no migration ${id}`);
}
