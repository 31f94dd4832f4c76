import { policySpecSchema } from "./manifest.ts";
import { DEFAULT_POLICY, writtenFor } from "./mode.ts";
import type { PolicyRecord } from "./registry.ts";

export { DEFAULT_POLICY, modeOf, mostCareful, RUN_BY_PEOPLE } from "./mode.ts";

const NOBODYS: PolicyRecord = { name: DEFAULT_POLICY, generation: 0, spec: policySpecSchema.parse({}) };

/** Everybody's policy who has none of their own: the one called `default`, or what a policy says where nobody has written one. */
export const defaultPolicy = (policies: readonly PolicyRecord[]): PolicyRecord =>
  policies.find(({ name }) => name === DEFAULT_POLICY) ?? NOBODYS;

/** The policy of that name, or the default one where it is gone. */
export const policyByName = (policies: readonly PolicyRecord[], name: string): PolicyRecord =>
  policies.find((policy) => policy.name === name) ?? defaultPolicy(policies);

/** The policy that names the application, or the default one. */
export const policyFor = (policies: readonly PolicyRecord[], application: string): PolicyRecord =>
  writtenFor(policies, application) ?? NOBODYS;

/** The same by a component's key, `application/name`. */
export const policyOfComponent = (policies: readonly PolicyRecord[], key: string): PolicyRecord =>
  policyFor(policies, key.split("/")[0] ?? "");

/** Every policy that is somebody's, the default one last. */
export const policiesInForce = (policies: readonly PolicyRecord[]): readonly PolicyRecord[] => [
  ...policies.filter(({ name, spec }) => name !== DEFAULT_POLICY && spec.applications.length > 0),
  defaultPolicy(policies),
];
