import type { PolicyRecord } from "../component-registry/domain/registry.ts";
import type { Look, Looks } from "../migration-planning/index.ts";
import type { PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import type { Actor } from "../platform/actor.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock } from "../platform/clock.ts";
import { viewAutoRun, type AutoRunView } from "./domain/view-auto-run.ts";
import { isFrozen } from "./domain/freeze.ts";
import { isAutomatic, judgePlanNow } from "./judge-plan.ts";
import type { MigrationStore, MigrationUnit, PlanFilter } from "./ports.ts";
import { AUTOMATIC_MOVES_READ, worldAt, type RailSource } from "./rail-state.ts";

export interface AutoRunService {
  /** Every policy in force: whether its plans run by themselves, what holds the open ones back, what the last ones did. */
  list(): Promise<readonly AutoRunView[]>;
  /** Lets a stopped policy run again; broken promises of before count no more. */
  resume(order: { policy: string; reason: string; actor: Actor; requestId: string | null }): Promise<AutoRunView>;
}

export interface AutoRunServiceDeps {
  readonly store: MigrationStore;
  readonly looks: Looks;
  readonly clock: Clock;
}

export function createAutoRunService({ store, looks, clock }: AutoRunServiceDeps): AutoRunService {
  return {
    list: async () => {
      const [look, now] = [await looks.latest(), clock.now()];
      const views: AutoRunView[] = [];
      for (const { policy } of look.views) views.push(await readAutoRun(sourceOf(store), { look, policy, now }));
      return views;
    },
    resume: async ({ policy: name, reason, actor, requestId }) => {
      const look = await looks.fresh();
      const policy = look.views.find((view) => view.policy.name === name)?.policy;
      if (!policy) throw new AppError("not-found", `no policy ${name} is in force`);
      return await store.change(async (unit) => {
        const [before, now] = [await unit.autoRun.read(name), clock.now()];
        if (before.stoppedAt === null) throw new AppError("conflict", `${name} is not stopped`, { code: "not-stopped" });
        const resumedBy = { kind: actor.kind, name: actor.name };
        const after = { policy: name, stoppedAt: null, why: null, resumedAt: now, resumedBy, resumeReason: reason };
        await unit.autoRun.write(after);
        const object = { kind: "Policy", id: name };
        await unit.audit({ actor, action: "auto-run.resume", object, reason, before, after, requestId });
        return await publishAutoRun(unit, { look, policy, now });
      });
    },
  };
}

interface AutoRunMoment {
  readonly look: Look;
  readonly policy: PolicyRecord;
  readonly now: Date;
}

interface AutoRunSource extends RailSource {
  readonly openPlans: () => Promise<readonly PlanRecord[]>;
}

const OPEN: PlanFilter = { states: ["proposed"], limit: 200 };
const sourceOf = (
  store: Pick<MigrationStore, "freeze" | "past" | "autoRun"> & { plans: Pick<MigrationStore["plans"], "list"> },
) => ({
  freeze: () => store.freeze(),
  past: () => store.past(),
  autoRun: store.autoRun,
  openPlans: () => store.plans.list(OPEN),
});

/** Tells listeners, in the transaction of the change. */
export async function publishAutoRun(unit: MigrationUnit, moment: AutoRunMoment): Promise<AutoRunView> {
  const view = await readAutoRun(sourceOf(unit), moment);
  await unit.publish([{ type: "auto-run.changed", subject: view.policy, component: null, data: view }]);
  return view;
}

async function readAutoRun(source: AutoRunSource, { look, policy, now }: AutoRunMoment): Promise<AutoRunView> {
  const freeze = await source.freeze();
  return viewAutoRun({
    policy,
    record: await source.autoRun.read(policy.name),
    moves: await source.autoRun.moves(policy.name, AUTOMATIC_MOVES_READ),
    freeze: isFrozen(freeze, now) ? freeze : null,
    worldNow: worldAt(look, now),
    worldSpeed: look.worldSpeed,
    now,
    waiting: await waitingOf(source, { look, policy, now }),
  });
}

/** Open plans of the planner that may run by themselves, and what holds each of them back now. */
async function waitingOf(source: AutoRunSource, { look, policy, now }: AutoRunMoment): Promise<AutoRunView["waiting"]> {
  const waiting: AutoRunView["waiting"][number][] = [];
  for (const plan of await source.openPlans()) {
    const { content, proposedBy } = plan;
    const isOwn = content.policy === policy.name && proposedBy.kind === "system" && isAutomatic(plan, look.registry);
    if (!isOwn) continue;
    const heldBy = await judgePlanNow(plan, { look, source, openMoves: look.registry.openMigrations, now });
    waiting.push({
      plan: plan.id,
      summary: content.summary,
      heldBy: heldBy.map(({ name, message }) => ({ rail: name, message })),
    });
  }
  return waiting;
}
