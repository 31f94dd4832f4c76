import { policyFor } from "../../component-registry/domain/policy.ts";
import type { ComponentRecord, DataCenterRecord, RegistrySnapshot } from "../../component-registry/domain/registry.ts";
import { isPlaceLost, servingInstances } from "../../component-registry/domain/status.ts";
import { refusalsInPlan, refusalsOf } from "../../migration-planning/domain/constraints/index.ts";
import type { Reason, Result } from "../../platform/result.ts";
import { isFrozen, type Freeze } from "./freeze.ts";
import type { MigrationContext, MigrationRecord, StateKind } from "./migration.ts";

/** What an operator asks for, against what is true now. */
export interface MigrationQuestion {
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly registry: RegistrySnapshot;
  readonly freeze: Freeze | null;
  readonly now: Date;
  /** An approver starts it again without what it kept in a lost place. */
  readonly givesUpState?: boolean;
}

export interface AcceptedMigration {
  readonly component: ComponentRecord;
  readonly stateKind: StateKind;
  readonly epochFrom: number;
  readonly epochTo: number;
  /** Instances that serve now in `from`; the targets are named by the caller. */
  readonly sources: readonly string[];
  readonly rails: Omit<MigrationContext, "sources" | "targets">;
}

type Kind = "bad-input" | "not-found" | "conflict" | "constraint";
export type Refused = Reason & { readonly kind: Kind };

/** Accepts or refuses one move; the first reason against it wins, in the order a person would ask. */
export function judgeMigration(question: MigrationQuestion): Result<AcceptedMigration, readonly Refused[]> {
  const { component: key, from, to, registry, freeze, now } = question;
  const component = registry.components.find((record) => record.key === key);
  if (!component) return no("not-found", "not-found", "component", `no component ${key}`);
  if (from === to) return no("bad-input", "bad-input", "to", `expected a data centre other than ${from}`);
  const destination = registry.dataCenters.find((record) => record.name === to);
  if (!registry.dataCenters.some((record) => record.name === from))
    return no("not-found", "not-found", "from", `no data centre ${from}`);
  if (!destination) return no("not-found", "not-found", "to", `no data centre ${to}`);
  // Frozen stops every new move, so it is told before what would stop this one.
  if (isFrozen(freeze, now)) return no("conflict", "frozen", null, `frozen by ${freeze.by.name}: ${freeze.reason}`);
  const open = registry.openMigrations.find((migration) => migration.componentKey === key);
  if (open) return no("conflict", "busy", "component", `migration ${open.id} is moving ${key} already`);
  const sources = servingInstances(registry.instances, key).filter((instance) => instance.dataCenter === from);
  if (sources.length === 0) return no("conflict", "not-there", "from", `${key} does not run in ${from}`);
  const isCutOff = component.spec.state.kind !== "stateless" && isPlaceLost(registry, from);
  if (isCutOff && question.givesUpState !== true)
    return no("conflict", "lost", "from", `${from} is lost: ${key} can only be recovered, without what it kept there`);
  return judgePlace({ component, destination, registry, now, sources: sources.map((instance) => instance.name) });
}

interface PlaceQuestion {
  readonly component: ComponentRecord;
  readonly destination: DataCenterRecord;
  readonly registry: RegistrySnapshot;
  readonly now: Date;
  readonly sources: readonly string[];
}

function judgePlace({
  component,
  destination,
  registry,
  now,
  sources,
}: PlaceQuestion): Result<AcceptedMigration, readonly Refused[]> {
  const [refusal] = refusalsOf({ component, destination, registry, now });
  if (refusal) return no("constraint", refusal.constraint, "to", refusal.message);
  const { guardRails } = policyFor(registry.policies, component.application).spec;
  const { pauseBudgetMs, holdDeadlineMs, watchMs, regressionPercent } = guardRails;
  const { state, replicas } = component.spec;
  const isTried = state.kind === "stateless" && replicas.max >= 2 && guardRails.canaryPercent > 0 && watchMs > 0;
  return {
    ok: true,
    value: {
      component,
      stateKind: component.spec.state.kind,
      epochFrom: component.epoch,
      epochTo: component.epoch + 1,
      sources,
      rails: {
        pauseBudgetMs,
        holdDeadlineMs,
        watchMs,
        regressionPercent,
        canary: isTried ? { percent: guardRails.canaryPercent, ms: guardRails.canaryMs } : null,
      },
    },
  };
}

/** What a manifest says, against what a world allows: room that was reserved is there, and a cordon is for what is new. */
const SAID_BY_MANIFESTS = new Set(["pin", "residency", "affinity", "anti-affinity"]);

/** Why a move that runs may not end where it goes, by the manifests of now. A way back is never forbidden. */
export function forbiddenBy(
  { componentKey, to, rollbackOf, planId }: Pick<MigrationRecord, "componentKey" | "to" | "rollbackOf" | "planId">,
  registry: RegistrySnapshot,
  now: Date,
): string | null {
  const component = registry.components.find((record) => record.key === componentKey);
  const destination = registry.dataCenters.find((record) => record.name === to);
  if (!component || !destination || rollbackOf !== null) return null;
  const refusal = refusalsInPlan({ component, destination, registry, now }, planId).find(({ constraint }) =>
    SAID_BY_MANIFESTS.has(constraint),
  );
  return refusal ? `${refusal.constraint}: ${refusal.message}` : null;
}

function no(kind: Kind, code: string, path: string | null, message: string): { ok: false; reasons: readonly Refused[] } {
  return { ok: false, reasons: [{ kind, code, path, message }] };
}
