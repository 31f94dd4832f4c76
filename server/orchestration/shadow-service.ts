import type { GuardRails } from "../component-registry/domain/manifest.ts";
import { shadowOf } from "../migration-planning/domain/shadow/shadow.ts";
import { viewShadow, type ShadowView } from "../migration-planning/domain/shadow/view-shadow.ts";
import { AppError } from "../platform/app-error.ts";
import type { RegistrySnapshot } from "../component-registry/domain/registry.ts";
import { policiesInForce } from "../component-registry/domain/policy.ts";
import type { MigrationStore } from "./ports.ts";

export interface ShadowQuestion {
  readonly policy: string;
  readonly from: Date;
  readonly to: Date;
  /** Of a draft; null: the policy's own, as they are now. */
  readonly guardRails: GuardRails | null;
}

export interface ShadowService {
  /** What mode auto would have done with what was proposed, and how that went where somebody approved it. */
  read(question: ShadowQuestion): Promise<ShadowView>;
}

export function createShadowService({
  store,
  readRegistry,
}: {
  store: Pick<MigrationStore, "plans">;
  readRegistry: () => Promise<RegistrySnapshot>;
}): ShadowService {
  return {
    read: async ({ policy: name, from, to, guardRails }) => {
      const policy = policiesInForce((await readRegistry()).policies).find((record) => record.name === name);
      if (!policy) throw new AppError("not-found", `no policy ${name} is in force`);
      const shadow = shadowOf(await store.plans.proposals(name, from, to), guardRails ?? policy.spec.guardRails);
      return viewShadow(shadow, { policy: name, from, to });
    },
  };
}
