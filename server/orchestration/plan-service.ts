import { policyByName } from "../component-registry/domain/policy.ts";
import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { Looks } from "../migration-planning/index.ts";
import type { PlanMigration, PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import { viewPlan } from "../migration-planning/domain/plan/view-plan.ts";
import type { Planner } from "../migration-planning/domain/planner/planner.ts";
import type { Weights } from "../migration-planning/domain/terms/index.ts";
import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { judgeApproval, judgeOpen, promiseOfMove, watchMsOf } from "./domain/decide-plan.ts";
import { orderMigration, refusal } from "./migration-service.ts";
import type { MigrationState } from "./domain/migration.ts";
import type { MigrationStore, MigrationUnit, PlanFilter } from "./ports.ts";
import { proposeForOperator } from "./propose-for-operator.ts";

export type PlanView = ReturnType<typeof viewPlan<MigrationState>>;

export interface PlanOrder {
  /** Only these may move, whatever their score; null: all. */
  readonly components: readonly string[] | null;
  readonly weights: Weights | null;
  /** Under which policy; null: the one of the components, or the one under which most is gained. */
  readonly policy: string | null;
  readonly actor: Actor;
  readonly requestId: string | null;
}

export interface PlanDecisionOrder {
  readonly id: string;
  readonly reason: string;
  /** Of the plan that was read; null: whatever the id names. */
  readonly hash: string | null;
  readonly actor: Actor;
  readonly requestId: string | null;
}

/** Asked inside the transaction that would order the moves: why they may not run by themselves, or null. */
export type MayRun = (unit: MigrationUnit, registry: RegistrySnapshot) => Promise<string | null>;

export interface PlanService {
  /** Plans now, on request. A plan without moves says that nothing is worth moving. */
  create(order: PlanOrder): Promise<PlanView>;
  /** Once: its moves are ordered in the transaction that records the decision. Throws with the code of what refuses it. */
  approve(order: PlanDecisionOrder): Promise<PlanView>;
  /** The same where nobody is asked: every component has to be in mode auto, and `mayRun` has the last word. */
  runByItself(order: PlanDecisionOrder, mayRun: MayRun): Promise<PlanView>;
  reject(order: PlanDecisionOrder): Promise<PlanView>;
  get(id: string): Promise<PlanView>;
  list(filter: PlanFilter): Promise<readonly PlanView[]>;
}

export interface PlanServiceDeps {
  readonly store: MigrationStore;
  readonly looks: Looks;
  readonly planner: Planner;
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
  readonly wake: () => void;
}

export function createPlanService(deps: PlanServiceDeps): PlanService {
  const { store, wake } = deps;
  return {
    create: (order) => create(order, deps),
    approve: async (order) => {
      const view = await store.change((unit) => approve(unit, order, deps, null));
      wake();
      return view;
    },
    runByItself: async (order, mayRun) => {
      const view = await store.change((unit) => approve(unit, order, deps, mayRun));
      wake();
      return view;
    },
    reject: (order) => store.change((unit) => reject(unit, order, deps)),
    get: async (id) => {
      const plan = (await store.plans.find(id)) ?? missing(id);
      return viewPlan(plan, (await store.plans.migrations([id])).get(id) ?? []);
    },
    list: async (filter) => {
      const plans = await store.plans.list(filter);
      const migrations = await store.plans.migrations(plans.map(({ id }) => id));
      return plans.map((plan) => viewPlan(plan, migrations.get(plan.id) ?? []));
    },
  };
}

async function create(order: PlanOrder, { looks, planner, store, clock, newId }: PlanServiceDeps): Promise<PlanView> {
  const look = await looks.fresh(order.weights ?? undefined);
  const proposal = await proposeForOperator({ look, planner, source: store, now: clock.now(), newId, order });
  return await store.change(async (unit) => {
    await unit.plans.insert(proposal);
    const view = viewPlan<never>(proposal, []);
    await tell(unit, view);
    await unit.audit({
      actor: order.actor,
      action: "plan.create",
      object: { kind: "Plan", id: proposal.id },
      after: { summary: view.summary, components: order.components, weights: order.weights },
      requestId: order.requestId,
    });
    return view;
  });
}

async function approve(
  unit: MigrationUnit,
  order: PlanDecisionOrder,
  { clock, newId }: PlanServiceDeps,
  mayRun: MayRun | null,
): Promise<PlanView> {
  const now = clock.now();
  const plan = (await unit.plans.find(order.id)) ?? missing(order.id);
  const registry = await unit.registry();
  const automatic = mayRun !== null;
  const judged = judgeApproval({ plan, hash: order.hash, registry, freeze: await unit.freeze(), now, automatic });
  if (!judged.ok) throw refusal(judged.reasons);
  const held = (await mayRun?.(unit, registry)) ?? null;
  if (held !== null) throw new AppError("conflict", `${plan.id}: ${held}`, { code: "guard-rails" });
  const { watchMs } = policyByName(registry.policies, plan.content.policy).spec.guardRails;
  const reason = order.reason === "" ? plan.content.summary : order.reason;
  for (const [index, { move, accepted }] of judged.value.entries())
    await orderMigration(unit, accepted, {
      order: { from: move.from, to: move.to, reason, actor: order.actor },
      now,
      newId,
      planId: plan.id,
      promise: promiseOfMove(move),
      watchMs: watchMsOf(index, plan.content, watchMs),
    });
  return await decide(unit, { plan, order, kind: "approved", now });
}

async function reject(unit: MigrationUnit, order: PlanDecisionOrder, { clock }: PlanServiceDeps): Promise<PlanView> {
  const now = clock.now();
  const plan = (await unit.plans.find(order.id)) ?? missing(order.id);
  const open = judgeOpen({ plan, hash: order.hash, now });
  if (!open.ok) throw refusal(open.reasons);
  return await decide(unit, { plan, order, kind: "rejected", now });
}

interface Deciding {
  readonly plan: PlanRecord;
  readonly order: PlanDecisionOrder;
  readonly kind: "approved" | "rejected";
  readonly now: Date;
}

/** The decision, its event and its audit entry, in the transaction of what it sets off. */
async function decide(unit: MigrationUnit, { plan, order, kind, now }: Deciding): Promise<PlanView> {
  const by = { kind: order.actor.kind, name: order.actor.name };
  const decision = { kind, by, at: now.toISOString(), reason: order.reason };
  const ended = kind === "rejected" ? { endedAt: now } : {};
  if (!(await unit.plans.update(plan.id, { state: kind, decision, ...ended })))
    throw new AppError("conflict", `${plan.id} was decided at the same moment`, { code: "decided" });
  const view = viewPlan({ ...plan, state: kind, decision, ...ended }, await unit.plans.migrations(plan.id));
  await tell(unit, view);
  await unit.audit({
    actor: order.actor,
    action: kind === "approved" ? "plan.approve" : "plan.reject",
    object: { kind: "Plan", id: plan.id },
    reason: order.reason,
    before: { state: plan.state },
    after: { state: kind, hash: plan.hash, migrations: view.moves.flatMap(({ migration }) => migration ?? []) },
    requestId: order.requestId,
  });
  return view;
}

export async function tellPlan(
  unit: MigrationUnit,
  plan: PlanRecord,
  migrations: readonly PlanMigration<MigrationState>[],
): Promise<void> {
  await tell(unit, viewPlan(plan, migrations));
}

async function tell(unit: MigrationUnit, view: PlanView): Promise<void> {
  const [first] = view.moves;
  await unit.publish([{ type: "plan.changed", subject: view.id, component: first?.component ?? null, data: view }]);
}

function missing(id: string): never {
  throw new AppError("not-found", `no plan ${id}`);
}
