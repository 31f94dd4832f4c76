import type { PlanRecord } from "../../migration-planning/domain/plan/plan-record.ts";
import { applyMove } from "../../migration-planning/domain/planner/feasibility.ts";
import { isUnderWay, UNDER_WAY_STATES } from "../../migration-planning/domain/plan/plan-states.ts";
import { latestOf } from "../domain/latest-of.ts";
import { hasEnded, stepOf, watchedSince, type MigrationRecord } from "../domain/migration.ts";
import { completeReceipt, draggedBackBy, outcomeOf, regressionOf, type Measured } from "../domain/settle-plan.ts";
import { judgeMigration } from "../domain/request-migration.ts";
import { orderMigration, tellMigration } from "../migration-service.ts";
import { tellPlan } from "../plan-service.ts";
import type { MigrationUnit } from "../ports.ts";
import type { PlanningLoopDeps } from "./planning-loop.ts";

export interface SettleDeps extends PlanningLoopDeps {
  /** What a component's users got between two times. */
  readonly serviceView: (
    component: string,
    since: Date,
    until: Date,
  ) => Promise<{ requests: number; latencyMsP95: number | null }>;
}

/** Plans whose moves were ordered: what has become of them is written down, and their receipts are completed. */
export async function settlePlans(deps: SettleDeps, term: number): Promise<void> {
  const underWay = await deps.store.plans.list({ states: UNDER_WAY_STATES, limit: 200 });
  for (const plan of underWay) {
    const ids = ((await deps.store.plans.migrations([plan.id])).get(plan.id) ?? []).map(({ id }) => id);
    const migrations = (await Promise.all(ids.map((id) => deps.store.find(id)))).filter((migration) => migration !== null);
    const outcome = outcomeOf(migrations);
    if (outcome === plan.state || migrations.length === 0) continue;
    const standing = migrations.filter(({ state }) => state === "succeeded");
    const isOver = outcome === "succeeded" || outcome === "failed";
    const measured = isOver && migrations.length > 1 ? await measureAll(deps, standing) : new Map<string, Measured>();
    const dragged = plan.content.drain === undefined ? await whyDragged(deps, outcome, migrations) : null;
    await deps.changes.change(term, (unit) => settle(unit, { plan, migrations, standing, outcome, measured, dragged, deps }));
  }
}

/** Why what stands of a plan goes back with the one that did, or null. */
async function whyDragged(
  { store }: SettleDeps,
  outcome: Settling["outcome"],
  migrations: readonly MigrationRecord[],
): Promise<string | null> {
  const back = outcome === "rolled_back" ? draggedBackBy(migrations) : null;
  if (back === null) return null;
  const way = back.rolledBackBy === null ? null : await store.find(back.rolledBackBy);
  return `${back.componentKey} went back: ${way?.reason ?? back.error ?? "no reason is recorded"}`;
}

/** From when all of it had switched to the end of its last watch, every component alike. */
async function measureAll(deps: SettleDeps, migrations: readonly MigrationRecord[]): Promise<Map<string, Measured>> {
  const since = latestOf(migrations.map(watchedSince));
  const until = latestOf(migrations.map((migration) => stepOf(migration, "watch")?.endedAt ?? null));
  if (since === null || until === null || until <= since) return new Map();
  const views = migrations.map(async ({ componentKey }): Promise<[string, Measured]> => [
    componentKey,
    { ...(await deps.serviceView(componentKey, since, until)), observedMs: until.getTime() - since.getTime() },
  ]);
  return new Map(await Promise.all(views));
}

interface Settling {
  readonly plan: PlanRecord;
  readonly migrations: readonly MigrationRecord[];
  /** Those of them that have succeeded. */
  readonly standing: readonly MigrationRecord[];
  readonly outcome: ReturnType<typeof outcomeOf>;
  readonly measured: ReadonlyMap<string, Measured>;
  /** Why what stands of it goes back with one that did; null: it stays. */
  readonly dragged: string | null;
  readonly deps: SettleDeps;
}

async function settle(unit: MigrationUnit, settling: Settling): Promise<void> {
  const { plan, migrations, standing, outcome, measured, deps } = settling;
  // Locked from here on: whoever settled it a moment ago has ordered its returns already.
  const present = await unit.plans.find(plan.id);
  if (!present || !isUnderWay(present.state)) return;
  for (const migration of migrations) {
    const seen = measured.get(migration.componentKey);
    const receipt = seen === undefined ? null : completeReceipt(migration, seen);
    if (receipt === null) continue;
    await unit.setReceipt(migration.id, receipt);
    await tellMigration(unit, { ...migration, receipt });
  }
  const regression =
    settling.dragged ??
    migrations.flatMap((migration) => {
      const seen = measured.get(migration.componentKey);
      // A place that is to be empty gets nothing back.
      return seen === undefined || plan.content.drain !== undefined ? [] : (regressionOf(migration, seen) ?? []);
    })[0];
  const stays = regression === undefined ? [] : await orderReturn(unit, { plan, migrations: standing, deps }, regression);
  const isStuck = standing.length === migrations.length && stays.length === migrations.length;
  const state = regression === undefined ? outcome : isStuck ? "failed" : "rolled_back";
  const note = regression === undefined ? noteOf(migrations) : [regression, ...stays].join("; ");
  const endedAt = outcome === "running" ? null : deps.clock.now();
  const patch = { state, ...(note === null ? {} : { note }), ...(endedAt === null ? {} : { endedAt }) };
  if (await unit.plans.update(plan.id, patch)) await tellPlan(unit, { ...plan, ...patch }, await unit.plans.migrations(plan.id));
}

/** The first move that did not succeed says why. */
function noteOf(migrations: readonly MigrationRecord[]): string | null {
  const failed = migrations.find(({ state }) => hasEnded(state) && state !== "succeeded");
  return failed ? `${failed.id} ended as ${failed.state}${failed.error === null ? "" : `: ${failed.error}`}` : null;
}

/**
 * Every move of the plan the other way round: the sources are retired already, so these are moves like any other, but nothing is
 * tried out on the way back. Answers what has to stay and why.
 */
async function orderReturn(
  unit: MigrationUnit,
  { plan, migrations, deps }: Pick<Settling, "plan" | "migrations" | "deps">,
  why: string,
): Promise<readonly string[]> {
  const now = deps.clock.now();
  const stays: string[] = [];
  const back = [...migrations].reverse().map(({ componentKey, from, to }) => ({ component: componentKey, from: to, to: from }));
  let registry = await unit.registry();
  for (const [index, move] of back.entries()) {
    const judged = judgeMigration({ ...move, registry, freeze: null, now, following: back.slice(index + 1) });
    if (!judged.ok) {
      stays.push(`${move.component} stays in ${move.from}: ${judged.reasons[0]?.message ?? "it was refused"}`);
      continue;
    }
    const order = {
      from: move.from,
      to: move.to,
      reason: `${plan.id} made it worse: ${why}`,
      actor: { kind: "system" as const, name: `return of ${plan.id}` },
    };
    await orderMigration(unit, judged.value, { order, now, newId: deps.newId, returnOf: plan.id });
    registry = applyMove(registry, move);
  }
  return stays;
}
