import type { PlanDto, PolicyDto } from "../../server/api/shapes/index.ts";
import { modeOf, mostCareful } from "../../server/component-registry/domain/mode.ts";

export interface PlanMode {
  readonly mode: PolicyDto["spec"]["mode"];
  /** Those of the plan's components that it is the mode of. */
  readonly components: readonly string[];
}

/** A plan is as careful as its most careful component, each by the policy of its application. */
export function modeOfPlan({ moves }: Pick<PlanDto, "moves">, policies: readonly PolicyDto[]): PlanMode {
  const named = policies.map(({ metadata: { name }, spec }) => ({ name, spec }));
  const modes = moves.map(({ component: key }) => ({ key, mode: modeOf(named, { key, application: key.split("/")[0] ?? "" }) }));
  const mode = mostCareful(modes.map((one) => one.mode));
  return { mode, components: modes.filter((one) => one.mode === mode).map(({ key }) => key) };
}
