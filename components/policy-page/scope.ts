import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import type { Spec } from "./draft.ts";

export interface Tried {
  readonly policy: string;
  readonly spec: Pick<Spec, "weights" | "migrationThreshold" | "guardRails" | "applications">;
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
});
export type WireSettings = ReturnType<typeof settingsOf>;

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
