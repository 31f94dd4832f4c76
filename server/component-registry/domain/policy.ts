import { policySpecSchema, type Mode } from "./manifest.ts";
import type { PolicyRecord } from "./registry.ts";

export const DEFAULT_POLICY = "default";
const NOBODYS: PolicyRecord = { name: DEFAULT_POLICY, generation: 0, spec: policySpecSchema.parse({}) };

/** Everybody's policy who has none of their own: the one called `default`, or what a policy says where nobody has written one. */
export const defaultPolicy = (policies: readonly PolicyRecord[]): PolicyRecord =>
  policies.find(({ name }) => name === DEFAULT_POLICY) ?? NOBODYS;

/** The policy of that name, or the default one where it is gone. */
export const policyByName = (policies: readonly PolicyRecord[], name: string): PolicyRecord =>
  policies.find((policy) => policy.name === name) ?? defaultPolicy(policies);

/** The policy that names the application, or the default one. */
export const policyFor = (policies: readonly PolicyRecord[], application: string): PolicyRecord =>
  policies.find(({ spec }) => spec.applications.includes(application)) ?? defaultPolicy(policies);

/** What may be done with one component: what its policy says of it, or of all. */
export function modeOf(policies: readonly PolicyRecord[], { application, key }: { application: string; key: string }): Mode {
  const { mode, componentModes } = policyFor(policies, application).spec;
  return componentModes[key] ?? mode;
}

/** From the most careful to the least: several together are as careful as the most careful of them. */
const CAUTION: Readonly<Record<Mode, number>> = { observe: 0, recommend: 1, approve: 2, auto: 3 };

export const mostCareful = (modes: readonly Mode[]): Mode =>
  modes.reduce<Mode>((careful, mode) => (CAUTION[mode] < CAUTION[careful] ? mode : careful), "auto");

/** Every policy that is somebody's, the default one last. */
export const policiesInForce = (policies: readonly PolicyRecord[]): readonly PolicyRecord[] => [
  ...policies.filter(({ name, spec }) => name !== DEFAULT_POLICY && spec.applications.length > 0),
  defaultPolicy(policies),
];
