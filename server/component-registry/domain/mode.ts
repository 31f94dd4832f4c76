import type { Mode, PolicySpec } from "./manifest.ts";

/** What may be done with a component. Pages ask the same functions, so nothing of a manifest's schema comes along with them. */

/** A policy, as far as its modes and whose they are go. */
interface PolicyModes {
  readonly name: string;
  readonly spec: Pick<PolicySpec, "mode" | "componentModes" | "applications">;
}

export const DEFAULT_POLICY = "default";
/** What a policy says where nobody has written one. */
const NOBODYS: Mode = "approve";

/** The policy that names the application, or the default one; undefined where nobody has written that. */
export const writtenFor = <P extends PolicyModes>(policies: readonly P[], application: string): P | undefined =>
  policies.find(({ spec }) => spec.applications.includes(application)) ?? policies.find(({ name }) => name === DEFAULT_POLICY);

/** What may be done with one component: what its policy says of it, or of all. */
export function modeOf(policies: readonly PolicyModes[], { application, key }: { application: string; key: string }): Mode {
  const spec = writtenFor(policies, application)?.spec;
  return spec?.componentModes[key] ?? spec?.mode ?? NOBODYS;
}

/** Whose plans a person may run; of the others they are shown, or not even made. */
export const RUN_BY_PEOPLE: readonly Mode[] = ["approve", "auto"];

/** From the most careful to the least: several together are as careful as the most careful of them. */
const CAUTION: Readonly<Record<Mode, number>> = { observe: 0, recommend: 1, approve: 2, auto: 3 };

export const mostCareful = (modes: readonly Mode[]): Mode =>
  modes.reduce<Mode>((careful, mode) => (CAUTION[mode] < CAUTION[careful] ? mode : careful), "auto");
