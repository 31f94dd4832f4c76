import type { PlanDto, PolicyDto } from "../../server/api/shapes/index.ts";

type Mode = PolicyDto["spec"]["mode"];

export interface PlanMode {
  readonly mode: Mode;
  /** Those of the plan's components that it is the mode of. */
  readonly components: readonly string[];
}

/** From the most careful to the least. */
const CAUTION: readonly Mode[] = ["observe", "recommend", "approve", "auto"];
/** What a policy says where nobody has written one. */
const NOBODYS: Mode = "approve";

/** A plan is as careful as its most careful component, each by the policy of its application. The server judges by the same. */
export function modeOfPlan({ moves }: Pick<PlanDto, "moves">, policies: readonly PolicyDto[]): PlanMode {
  const modes = moves.map(({ component }) => ({ component, mode: modeOf(component, policies) }));
  const mode = CAUTION.find((one) => modes.some((other) => other.mode === one)) ?? NOBODYS;
  return { mode, components: modes.filter((one) => one.mode === mode).map(({ component }) => component) };
}

function modeOf(component: string, policies: readonly PolicyDto[]): Mode {
  const application = component.split("/")[0] ?? "";
  const policy =
    policies.find(({ spec }) => spec.applications.includes(application)) ??
    policies.find(({ metadata }) => metadata.name === "default");
  return policy?.spec.componentModes[component] ?? policy?.spec.mode ?? NOBODYS;
}
