import type { Drain, RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { componentsIn } from "../component-registry/domain/status.ts";
import { viewDataCenter } from "../component-registry/domain/views.ts";
import { modeOf, RUN_BY_PEOPLE } from "../component-registry/domain/policy.ts";
import { viewOf, type Look, type Looks } from "../migration-planning/index.ts";
import type { PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import { isDecidable } from "../migration-planning/domain/plan/plan-states.ts";
import { emptyPlace, type Emptying } from "../migration-planning/domain/planner/empty-place.ts";
import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { inMode } from "./domain/decide-plan.ts";
import { tellPlan, type PlanService, type PlanView } from "./plan-service.ts";
import type { MigrationStore, MigrationUnit } from "./ports.ts";
import { proposeFor } from "./propose-plan.ts";
import { readRailState } from "./rail-state.ts";

export interface DrainOrder {
  readonly dataCenter: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly requestId: string | null;
}

export interface DrainService {
  /** The place takes nothing new from here on; what runs there is planned elsewhere, and the plan waits like any other. */
  drain(order: DrainOrder): Promise<PlanView>;
  /** It takes new components again; what has begun to move goes on. */
  undrain(order: DrainOrder): Promise<void>;
}

export interface DrainServiceDeps {
  readonly store: MigrationStore;
  readonly looks: Looks;
  readonly plans: Pick<PlanService, "get">;
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
}

export function createDrainService(deps: DrainServiceDeps): DrainService {
  return {
    drain: async (order) => {
      await deps.store.change((unit) => beginDrain(unit, order, deps.clock.now()));
      // Planned from what stands now: with the place closed to everything new.
      const plan = await planDrain(await deps.looks.fresh(), order, deps);
      await deps.store.change((unit) => keepPlan(unit, order, plan, deps.clock.now()));
      return await deps.plans.get(plan.id);
    },
    undrain: (order) => deps.store.change((unit) => endDrain(unit, order, deps.clock.now())),
  };
}

function placeIn(registry: RegistrySnapshot, name: string) {
  const place = registry.dataCenters.find((record) => record.name === name);
  if (!place) throw new AppError("not-found", `no data centre ${name}`);
  return place;
}

async function beginDrain(unit: MigrationUnit, order: DrainOrder, now: Date): Promise<void> {
  const registry = await unit.registry();
  const { drain: before = null } = placeIn(registry, order.dataCenter);
  const { kind, name } = order.actor;
  const drain: Drain = {
    plan: null,
    since: now.toISOString(),
    components: componentsIn(registry, order.dataCenter).length,
    // Asked for again it is the same one: how far it has come is counted from its beginning.
    ...before,
    reason: order.reason,
    by: { kind, name },
  };
  await unit.setDrain(order.dataCenter, drain);
  await tellPlace(unit, order.dataCenter, now);
  await audit(unit, order, "data-center.drain", { before, after: drain });
}

async function planDrain(
  look: Look,
  { dataCenter, actor }: DrainOrder,
  { store, clock, newId }: DrainServiceDeps,
): Promise<PlanRecord> {
  const emptying = emptyPlace(look.evaluator, dataCenter, (key) => whyHeld(key, look.registry));
  const { moves, stays } = emptying;
  const now = clock.now();
  const view = viewOf(look, moves[0]?.component ?? "");
  return proposeFor({
    look,
    view,
    // What nobody may run stays and says so; the rest waits for an approver, also where it would move by itself otherwise.
    modes: RUN_BY_PEOPLE,
    planner: { name: "empty-place", propose: () => ({ moves, evaluations: look.evaluator.evaluations() }) },
    components: moves.map(({ component }) => component),
    only: true,
    busy: new Set(),
    railState: await readRailState(store, { look, policy: view.policy, openMoves: look.registry.openMigrations, now }),
    proposedBy: { kind: actor.kind, name: actor.name },
    purpose: { summary: `Drain ${dataCenter}: ${summarise(emptying)}`, drain: { dataCenter, stays } },
    now,
    newId,
  });
}

function whyHeld(key: string, registry: RegistrySnapshot): string | null {
  const component = registry.components.find((record) => record.key === key);
  return component && !RUN_BY_PEOPLE.includes(modeOf(registry.policies, component)) ? inMode(component, registry) : null;
}

function summarise({ moves, stays }: Emptying): string {
  const total = moves.length + stays.length;
  if (total === 0) return "nothing runs there";
  if (moves.length === 0) return "nothing there can move";
  return `move ${moves.length} of ${total} ${total === 1 ? "component" : "components"} away`;
}

async function keepPlan(unit: MigrationUnit, order: DrainOrder, plan: PlanRecord, now: Date): Promise<void> {
  const { drain = null } = placeIn(await unit.registry(), order.dataCenter);
  if (drain === null)
    throw new AppError("conflict", `the drain of ${order.dataCenter} was ended while it was planned`, { code: "undrained" });
  await unit.plans.insert(plan);
  await tellPlan(unit, plan, []);
  await giveUpPlan(unit, drain.plan, { note: "the drain was planned again", supersededBy: plan.id, endedAt: now });
  await unit.setDrain(order.dataCenter, { ...drain, plan: plan.id });
  await tellPlace(unit, order.dataCenter, now);
}

async function endDrain(unit: MigrationUnit, order: DrainOrder, now: Date): Promise<void> {
  const { drain: before = null } = placeIn(await unit.registry(), order.dataCenter);
  if (before === null) return;
  await unit.setDrain(order.dataCenter, null);
  await giveUpPlan(unit, before.plan, { note: "the drain was ended", endedAt: now });
  await tellPlace(unit, order.dataCenter, now);
  await audit(unit, order, "data-center.undrain", { before, after: null });
}

/** One that nobody has decided yet; a plan that runs, ends. */
async function giveUpPlan(
  unit: MigrationUnit,
  id: string | null,
  ending: { readonly note: string; readonly supersededBy?: string; readonly endedAt: Date },
): Promise<void> {
  const plan = id === null ? null : await unit.plans.find(id);
  if (!plan || !isDecidable(plan.state)) return;
  const patch = { state: "superseded" as const, ...ending };
  if (await unit.plans.update(plan.id, patch)) await tellPlan(unit, { ...plan, ...patch }, []);
}

async function tellPlace(unit: MigrationUnit, name: string, now: Date): Promise<void> {
  const registry = await unit.registry();
  const data = viewDataCenter(placeIn(registry, name), registry, now);
  await unit.publish([{ type: "data-center.changed", subject: name, component: null, data }]);
}

async function audit(
  unit: MigrationUnit,
  { actor, dataCenter, reason, requestId }: DrainOrder,
  action: string,
  change: { readonly before: Drain | null; readonly after: Drain | null },
): Promise<void> {
  await unit.audit({ actor, action, object: { kind: "DataCenter", id: dataCenter }, reason, ...change, requestId });
}
