import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import type { Spec } from "./draft.ts";

export interface Tried {
  readonly policy: string;
  readonly spec: Pick<Spec, "weights" | "migrationThreshold" | "guardRails" | "applications" | "componentModes">;
  /** Applications that other policies name. */
  readonly takenApplications: ReadonlySet<string>;
}

/** What a preview is asked, as it may cross to another thread. */
export const settingsOf = ({ policy, spec, takenApplications }: Tried) => ({
  weights: spec.weights,
  migrationThreshold: spec.migrationThreshold,
  cooldownMinutes: spec.guardRails.cooldownMinutes,
  policy,
  applications: spec.applications,
  takenApplications: [...takenApplications],
  observed: observedOf(spec),
});
export type WireSettings = ReturnType<typeof settingsOf>;

/**
 * Components that the draft only looks at, each by a mode of its own. The mode of the whole is left out: who tries weights under
 * mode observe wants to see what they would do.
 */
export const observedOf = ({ componentModes }: Pick<Tried["spec"], "componentModes">): readonly string[] =>
  Object.entries(componentModes)
    .filter(([, mode]) => mode === "observe")
    .map(([component]) => component);

export function isHeldIn(inputs: PreviewInputs, observed: readonly string[]): (index: number) => boolean {
  const held = new Set(observed);
  return (index) => held.size > 0 && held.has(inputs.components[index]?.component ?? "");
}

interface Scope extends Pick<WireSettings, "policy" | "applications"> {
  readonly takenApplications: Iterable<string>;
}

/** The default policy is everybody's whom no other names. */
export function inScopeOf(inputs: PreviewInputs, { policy, applications, takenApplications }: Scope): (index: number) => boolean {
  const [taken, own] = [new Set(takenApplications), new Set(applications)];
  const mine = inputs.components.map(({ application }) =>
    policy === "default" ? !taken.has(application) : own.has(application),
  );
  return (index) => mine[index] === true;
}
