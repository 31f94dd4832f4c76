import type { Look } from "../../migration-planning/index.ts";
import type { PlanRecord } from "../../migration-planning/domain/plan/plan-record.ts";
import { systemActor } from "../../platform/actor.ts";
import { isAppError, type AppError } from "../../platform/app-error.ts";
import { publishAutoRun } from "../auto-run-service.ts";
import { brokenPromises, whyStop } from "../domain/auto-run.ts";
import { isAutomatic, judgePlanNow } from "../judge-plan.ts";
import { AUTOMATIC_MOVES_READ } from "../rail-state.ts";
import type { PlanningLoopDeps } from "./planning-loop.ts";
import { PLANNER } from "./propose-due.ts";

/** A policy whose automatic moves have broken too many promises runs nothing by itself from now on; a person resumes it. */
export async function stopBrokenPolicies(
  { store, changes, clock, logger }: PlanningLoopDeps,
  term: number,
  look: Look,
): Promise<void> {
  for (const { policy } of look.views) {
    const { name, spec } = policy;
    const why = async (source: Pick<typeof store, "autoRun">): Promise<string | null> => {
      const record = await source.autoRun.read(name);
      if (record.stoppedAt !== null) return null;
      return whyStop(brokenPromises(await source.autoRun.moves(name, AUTOMATIC_MOVES_READ), record), spec.guardRails);
    };
    if ((await why(store)) === null) continue;
    await changes.change(term, async (unit) => {
      const reason = await why(unit);
      if (reason === null) return;
      const before = await unit.autoRun.read(name);
      const after = { ...before, stoppedAt: clock.now(), why: reason };
      await unit.autoRun.write(after);
      await publishAutoRun(unit, { look, policy, now: clock.now() });
      await unit.audit({
        actor: systemActor(PLANNER.name),
        action: "auto-run.stop",
        object: { kind: "Policy", id: name },
        reason,
        before,
        after,
      });
      logger.warn({ policy: name, why: reason }, "nothing of this policy runs by itself any more");
    });
  }
}

/**
 * What the planner proposed and every guard rail lets run is approved by the planner itself. It is judged as the world is now, and
 * once more inside the transaction that orders its moves: what was ordered meanwhile has used up its part of the budget.
 */
export async function runByThemselves(deps: PlanningLoopDeps, look: Look, plans: readonly PlanRecord[]): Promise<void> {
  const oldestFirst = [...plans].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const plan of oldestFirst) {
    if (plan.proposedBy.name !== PLANNER.name || plan.proposedBy.kind !== PLANNER.kind) continue;
    if (!isAutomatic(plan, look.registry)) continue;
    const openMoves = look.registry.openMigrations;
    const failing = await judgePlanNow(plan, { look, source: deps.store, openMoves, now: deps.clock.now() });
    if (failing.length === 0) await runByItself(deps, look, plan);
  }
}

const REFUSALS: readonly AppError["kind"][] = ["conflict", "constraint"];

async function runByItself({ plans, clock, logger }: PlanningLoopDeps, look: Look, plan: PlanRecord): Promise<void> {
  const { id, hash } = plan;
  const order = { id, hash, reason: "inside the guard rails", actor: systemActor(PLANNER.name), requestId: null };
  try {
    await plans.runByItself(order, async (unit, registry) => {
      const openMoves = registry.openMigrations;
      const [failing] = await judgePlanNow(plan, { look, source: unit, openMoves, now: clock.now() });
      return failing?.message ?? null;
    });
  } catch (error) {
    // Between the look and the transaction somebody decided, froze or ordered something, or a place went away: the next pass sees it.
    if (!isAppError(error) || !REFUSALS.includes(error.kind)) throw error;
    logger.info({ plan: id, why: error.message }, "a plan does not run by itself after all");
  }
}
