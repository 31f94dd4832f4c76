import { modeOf, mostCareful } from "../component-registry/domain/policy.ts";
import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import type { Look } from "../migration-planning/index.ts";
import type { RailCheck } from "../migration-planning/domain/plan/content.ts";
import { judgeAgain } from "../migration-planning/domain/plan/judge-rails.ts";
import type { PlanRecord } from "../migration-planning/domain/plan/plan-record.ts";
import type { MoveBetween } from "../migration-planning/domain/plan/rail-facts.ts";
import { supportOf } from "../migration-planning/domain/plan/support.ts";
import { readRailState, type RailSource } from "./rail-state.ts";

/** A plan may run by itself where that is the mode of everything that it moves. */
export function isAutomatic({ content: { moves } }: PlanRecord, { components, policies }: RegistrySnapshot): boolean {
  const modes = moves.flatMap(({ component }) => {
    const record = components.find(({ key }) => key === component);
    return record ? [modeOf(policies, record)] : [];
  });
  return modes.length > 0 && mostCareful(modes) === "auto";
}

export interface PlanMoment {
  readonly look: Look;
  readonly source: RailSource;
  readonly openMoves: readonly MoveBetween[];
  readonly now: Date;
}

/** The guard rails that hold a plan back as the world is now; those of its proposal stay in its content. */
export async function judgePlanNow(
  plan: PlanRecord,
  { look, source, openMoves, now }: PlanMoment,
): Promise<readonly RailCheck[]> {
  const { content } = plan;
  const view = look.views.find(({ policy }) => policy.name === content.policy);
  if (!view || view.policy.generation !== content.policyGeneration)
    return [{ name: "policy", ok: false, message: `the policy ${content.policy} was published again` }];
  const { checks } = judgeAgain(content, view.evaluator, {
    settings: view.policy.spec.guardRails,
    state: await readRailState(source, { look, policy: view.policy, openMoves, now }),
    evidence: supportOf(content.moves, view.nominations, view.gatewayView()),
  });
  return checks.filter(({ ok }) => !ok);
}
